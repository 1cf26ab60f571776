# Reference values for drift of raters: lm with clubSandwich (CR2, Satterthwaite, HTZ). Run in this folder: Rscript drift.R > drift.json
suppressPackageStartupMessages({library(clubSandwich); library(jsonlite)})
script <- "drift.R"; used <- c("clubSandwich")
set.seed(12)
d <- expand.grid(rater = letters[1:4], case = 1:90); unit <- round(rnorm(90, 20, 5)); day <- sample(0:359, 90, TRUE)
d$time <- day[d$case]; d$gold <- unit[d$case]
d$score <- round(d$gold + c(0, 1, -1, 0)[d$rater] + rnorm(360, 0, 2) + (d$rater == "c") * d$time * .008, 1)
d <- d[runif(360) < .7, ]
other <- function(d) { n <- ave(d$score, d$case, FUN = length); (d$score - (ave(d$score, d$case, FUN = sum) - d$score) / (n - 1)) }
study <- function(d, y, zero) {
  d$y <- y; d <- d[is.finite(d$y), ]; d$rater <- factor(d$rater); m <- lm(y ~ 0 + rater + rater:time, d)
  V <- vcovCR(m, cluster = d$case, type = "CR2"); t <- coef_test(m, V, test = "Satterthwaite"); i <- grep(":time", rownames(t))
  C <- if (zero) constrain_zero(i, coef(m)) else constrain_equal(i, coef(m))
  w <- Wald_test(m, C, V, test = "HTZ"); d$window <- pmin(floor((d$time - min(d$time)) / (diff(range(d$time)) / 3)), 2)
  half <- qt(.975, t$df_Satt[i]) * t$SE[i]
  means <- lapply(split(d, list(d$rater, d$window)), function(p) { if (nrow(p) < 2) return(NULL); q <- t.test(p$y); list(rater = as.character(p$rater[1]), window = p$window[1],
    value = unname(q$estimate), low = q$conf.int[1], high = q$conf.int[2], n = nrow(p)) })
  list(slope = t$beta[i], se = t$SE[i], low = t$beta[i] - half, high = t$beta[i] + half, f = w$Fstat, df = w$df_denom, p = w$p_val, means = unname(means), from = min(d$time), to = max(d$time))
}
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"), data = d,
  others = study(d, other(d), FALSE), gold = study(d, d$score - d$gold, TRUE))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
