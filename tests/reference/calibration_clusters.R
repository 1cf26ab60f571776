# Reference values for recalibration with forms of one team that resemble each other: glm, and sandwich::vcovCL (type HC0, clusters / (clusters - 1)),
# Student's t on the clusters less one. Run in this folder: Rscript calibration_clusters.R > calibration_clusters.json
suppressPackageStartupMessages({library(sandwich); library(jsonlite)})
script <- "calibration_clusters.R"; used <- "sandwich"
set.seed(21)
team <- rep(seq_len(14), times = c(12, 30, 8, 25, 40, 18, 22, 9, 31, 15, 27, 20, 11, 32)); n <- length(team)
logit <- rnorm(n, -1, 1); risk <- round(plogis(logit), 3); y <- rbinom(n, 1, plogis(.3 + .8 * logit + rnorm(14, 0, .6)[team]))
x <- qlogis(risk)
told <- function(fit, place) {
  V <- vcovCL(fit, cluster = team, type = "HC0", cadjust = TRUE); b <- coef(fit)[[place]]; se <- sqrt(V[place, place])
  c(b, se, b + c(-1, 1) * qt(.975, 13) * se)
}
exact <- function(f) glm(f, family = binomial, epsilon = 1e-14, maxit = 100)
both <- exact(y ~ x)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"), risk = risk, again = y, team = team,
  calibration_in_the_large = told(exact(y ~ 1 + offset(x)), 1), calibration_slope = told(both, 2), calibration_intercept = told(both, 1))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
