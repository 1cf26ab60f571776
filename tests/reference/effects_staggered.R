# Reference values for a staggered start: group-time effects from their definition, each a regression of the change.
# Run in this folder: Rscript effects_staggered.R > effects_staggered.json
suppressPackageStartupMessages({library(sandwich); library(jsonlite)})
script <- "effects_staggered.R"

set.seed(2021)
units <- 40; periods <- 7
start <- sample(c(3, 4, 6, Inf), units, replace = TRUE, prob = c(.25, .25, .2, .3))
level <- rnorm(units, 20, 3); region <- (seq_len(units) - 1) %/% 4
Y <- t(sapply(seq_len(units), function(i) level[i] + cumsum(rnorm(periods, .4, .8)) +
  sapply(seq_len(periods), function(t) if (t >= start[i]) 1.5 * (t - start[i] + 1) else 0)))
Y <- round(Y, 3)

reference <- function(ahead) {
  cells <- list()
  for (g in sort(unique(start[is.finite(start)]))) for (t in 2:periods) {
    base <- if (t >= g - ahead) g - 1 - ahead else t - 1
    if (base < 1) next
    helped <- start == g; others <- start > max(t, base) + ahead & !helped
    if (min(sum(helped), sum(others)) < 2) next
    rows <- which(helped | others)
    model <- lm(I(Y[rows, t] - Y[rows, base]) ~ I(as.numeric(helped[rows])))
    one <- estfun(model) / sqrt(1 - hatvalues(model))          # HC2
    moves <- numeric(units); moves[rows] <- (one %*% bread(model))[, 2] / length(rows)
    stopifnot(abs(sum(moves^2) - vcovHC(model, "HC2")[2, 2]) < 1e-10)
    cells[[length(cells) + 1]] <- list(start = g, period = t, since = t - g, value = unname(coef(model)[2]),
                                       n = sum(helped), moves = moves)
  }
  since <- sapply(cells, `[[`, "since"); n <- sapply(cells, `[[`, "n"); g <- sapply(cells, `[[`, "start")
  value <- sapply(cells, `[[`, "value"); moves <- sapply(cells, `[[`, "moves")
  se <- function(w, clustered = FALSE) {
    m <- moves %*% w
    if (clustered) sqrt(sum(tapply(m, region, sum)^2) * length(unique(region)) / (length(unique(region)) - 1)) else sqrt(sum(m^2))
  }
  after <- since >= 0
  per_start <- table(factor(g[after], levels = unique(g)))
  w <- ifelse(after, n / as.numeric(per_start[as.character(g)]), 0); w <- w / sum(w)
  by_since <- lapply(sort(unique(since)), function(e) {
    v <- ifelse(since == e, n, 0); v <- v / sum(v)
    list(since = e, value = sum(v * value), se = se(v))
  })
  list(overall = sum(w * value), se = se(w), se_region = se(w, TRUE), by_since = by_since,
       cells = lapply(which(after), function(i) list(start = g[i], period = cells[[i]]$period, value = value[i],
                                                      se = sqrt(sum(moves[, i]^2)))))
}
long <- data.frame(unit = rep(seq_len(units), periods), period = rep(seq_len(periods), each = units),
                   outcome = as.vector(Y), start = ifelse(is.finite(start), start, NA), region = region)
twfe <- lm(outcome ~ factor(unit) + factor(period) + I(as.numeric(period >= ifelse(is.na(start), Inf, start))), long)

out <- list(
  R = R.version.string,
  packages = lapply(c(sandwich = "sandwich"), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"), data = long,
  plain = reference(0), ahead = reference(1), two_way = unname(tail(coef(twfe), 1)))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16), pretty = FALSE, na = "string"))
