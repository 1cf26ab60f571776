# Reference values for independent ratings and for what a colleague would say: every ordered pair of ratings of a unit.
# Run in this folder: Rscript colleague.R > colleague.json
# Standard errors over units are sandwich::vcovCL (HC0 with G / (G - 1)); over raters they are a sum over every two pairs
# that have a rater in common (Aronow, Samii & Assenova 2015). The interval is Wilson's, as Korn & Graubard (1998).
suppressPackageStartupMessages({library(sandwich); library(jsonlite)})
script <- "colleague.R"; used <- c("sandwich", "stats")

set.seed(21)
cases <- 160; forms <- do.call(rbind, lapply(1:cases, function(i) {
  true <- 1 + (i %% 4); who <- sample(paste0("r", 1:8), sample(1:3, 1, prob = c(.1, .7, .2)))
  level <- pmin(4, pmax(1, true + sample(c(-1, 0, 0, 0, 0, 1, 2), length(who), replace = TRUE)))
  d <- data.frame(case = i, rater = who, rater_position = c("first", "second", "third")[seq_along(who)], level = level,
    alone = i %% 3 > 0, blind = TRUE)
  if (i %% 9 == 0) d <- rbind(d, data.frame(case = i, rater = who[1], rater_position = "joint", level = max(level),
    alone = i %% 3 > 0, blind = FALSE))
  d
}))
forms$rater_position[c(5, 40)] <- NA
forms$blind[c(11, 60, 61)] <- FALSE; forms$blind[90] <- NA
forms$alone[c(20, 21, 22)] <- c(TRUE, FALSE, TRUE); forms$alone[30] <- NA
kept <- forms[!is.na(forms$rater_position) & forms$rater_position != "joint", ]
pairs <- merge(kept, kept, by = "case"); pairs <- pairs[pairs$rater.x != pairs$rater.y, ]
wilson <- function(p, n) prop.test(p * n, n, correct = FALSE)$conf.int
says <- function(level) {
  d <- pairs[pairs$level.x == level, ]; step <- d$level.y - level
  any <- pairs[pairs$level.x == level | pairs$level.y == level, ]
  events <- list(same = step == 0, one_lower = step == -1, one_higher = step == 1, further_lower = step < -1,
    further_higher = step > 1)
  c(list(pairs = nrow(any) / 2, raters = length(unique(any$rater.x[any$level.x == level]))), lapply(events, function(e) {
    p <- mean(e); fit <- lm(e + 0 ~ 1); away <- e - p; i <- d$rater.x; j <- d$rater.y
    units <- sqrt(vcovCL(fit, cluster = d$case, type = "HC0", cadjust = TRUE)[1, 1])
    shares <- outer(i, i, "==") | outer(i, j, "==") | outer(j, i, "==") | outer(j, j, "==")
    g <- c(length(unique(d$case)), length(unique(c(i, j))))
    se <- c(units, sqrt(g[2] / (g[2] - 1) * max(sum(outer(away, away) * shares), 0)) / length(e))
    w <- if (p %in% 0:1) 1 else which.max(se * qt(.975, g - 1))
    n <- if (p %in% 0:1) g[1] else p * (1 - p) / se[w]^2 * (qnorm(.975) / qt(.975, g[w] - 1))^2
    ci <- suppressWarnings(wilson(p, n))
    list(value = p, se = se[w], low = ci[1], high = ci[2])
  }))
}
share <- function(d) {  # share of agreeing pairs, a mean over units with two ratings or more
  m <- table(d$case); d <- d[d$case %in% names(m)[m > 1], ]
  u <- sapply(split(d$level, d$case), function(v) (sum(outer(v, v, "==")) - length(v)) / (length(v) * (length(v) - 1)))
  list(value = mean(u), n = length(u))
}
circumstance <- tapply(kept$alone, kept$case, function(v) if (anyNA(v)) "unknown" else if (any(v) != all(v)) "differs" else
  tolower(as.character(all(v))))
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  forms = forms, kept = nrow(kept), left_out = list(joint = sum(forms$rater_position == "joint", na.rm = TRUE),
    position_unknown = sum(is.na(forms$rater_position))),
  not_blind = sum(!is.na(kept$blind) & !kept$blind), blind_unknown = sum(is.na(kept$blind)),
  levels = lapply(1:4, says), all = share(kept),
  alone = lapply(split(kept, circumstance[as.character(kept$case)]), share))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
