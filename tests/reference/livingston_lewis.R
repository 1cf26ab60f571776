# Reference values for decision accuracy and consistency: betafunctions 1.9.0 (on CRAN), and simulation of a known truth.
# Run in this folder: Rscript livingston_lewis.R > livingston_lewis.json
# LL.CA.MC is used for one cut too: LL.CA takes the observed cut now rounded, now floored.
suppressPackageStartupMessages({library(betafunctions); library(jsonlite)})
script <- "livingston_lewis.R"; used <- c("betafunctions")

case <- function(x, r, cuts, min, max) {
  w <- suppressWarnings(LL.CA.MC(x, r, cuts, min, max, modelfit = NULL)); p <- w$parameters; n <- p$etl_rounded
  exact <- function(f, ends = c(0, 1)) sum(sapply(seq_along(ends)[-1], function(i) integrate(function(t)  # over people, not over shares
    f(p$l + (p$u - p$l) * qbeta(t, p$alpha, p$beta)), ends[i - 1], ends[i], rel.tol = 1e-10, subdivisions = 2000L)$value))
  one <- lapply(cuts, function(cut) { v <- suppressWarnings(LL.CA.MC(x, r, cut, min, max, modelfit = NULL))
    c <- (cut - min) / (max - min); above <- function(s) 1 - pbinom(round(n * c) - 1, n, s); at <- pbeta((c - p$l) / (p$u - p$l), p$alpha, p$beta)
    fp <- exact(above, c(0, at)); fn <- exact(function(s) 1 - above(s), c(at, 1)); q <- exact(above); same <- exact(function(s) above(s)^2 + (1 - above(s))^2)
    list(cut = cut, packaged = c(v$accuracy$overall$accuracy, v$consistency$overall$statistics$p, v$consistency$overall$statistics$Kappa),
      accuracy = 1 - fp - fn, wrongly_above = fp, wrongly_below = fn, consistency = same, kappa = (same - q^2 - (1 - q)^2) / (2 * q * (1 - q)),
      sem = (max - min) * sqrt(c * (1 - c) / n)) })
  list(reliability = r, lowest = min, highest = max, alpha = p$alpha, beta = p$beta, low = p$l, high = p$u, length = p$etl, cuts = one,
    level_accuracy = w$accuracy$overall$accuracy, level_consistency = w$consistency$overall$statistics$p)
}
set.seed(6)
four <- rbinom(400, 24, rBeta.4P(400, .1, .9, 2, 3)); skewed <- rbinom(300, 27, rbeta(300, 1.2, 5))
wide <- rbinom(300, 20, rbeta(300, 5, 4))  # four parameters would lie outside 0 to 1: two are taken
truth <- function(n, k, a, b, l, u, at) {  # what a second form of the same k questions says, and the truth
  t <- rBeta.4P(n, l, u, a, b); x <- rbinom(n, k, t); y <- rbinom(n, k, t)
  list(scores = x[1:4000], accuracy = mean((x >= at) == (t >= at / k)), consistency = mean((x >= at) == (y >= at)), wrongly_above = mean(x >= at & t < at / k),
    reliability = var(t) / (var(t) + mean(t * (1 - t)) / k), questions = k, cut = at)
}
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"), four = four, skewed = skewed, wide = wide,
  cases = list(c(case(four, .75, c(6, 10, 15), 0, 24), of = "four"), c(case(four, .85, c(8, 13), 0, 24), of = "four"),
    c(case(skewed, .7, c(5, 9), 0, 27), of = "skewed"), c(case(wide, .7, c(8, 12), 0, 20), of = "wide")),
  truth = truth(1e6, 20, 2, 3, .1, .9, 10))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
