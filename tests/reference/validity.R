# Reference values for score against outcome: AUC with DeLong (pROC), Wilson (prop.test, epiR), calibration (glm, rms).
# Run in this folder: Rscript validity.R > validity.json
suppressPackageStartupMessages({library(pROC); library(epiR); library(rms); library(jsonlite)})
script <- "validity.R"; used <- c("pROC", "epiR", "rms")

wilson <- function(x, n) { ci <- suppressWarnings(prop.test(x, n, correct = FALSE))$conf.int; list(value = x / n, low = ci[1], high = ci[2], n = n) }
area <- function(score, y) {
  r <- roc(y, score, levels = c(0, 1), direction = "<", quiet = TRUE); ci <- ci.auc(r, method = "delong")
  list(score = score, outcome = y, auc = as.numeric(r$auc), se = sqrt(var(r, method = "delong")), low = ci[1], high = ci[3])
}
set.seed(3)
risk <- round(plogis(rnorm(150, -1, 1.2)), 3); y <- rbinom(150, 1, plogis(-.4 + .7 * qlogis(risk)))
score <- round(10 * risk)
hit <- sum(score >= 4 & y == 1); false <- sum(score >= 4 & y == 0); miss <- sum(score < 4 & y == 1); true <- sum(score < 4 & y == 0)
epi <- epi.tests(c(hit, false, miss, true), method = "wilson")$detail
large <- glm(y ~ 1, offset = qlogis(risk), family = binomial, epsilon = 1e-14, maxit = 100)
both <- glm(y ~ qlogis(risk), family = binomial, epsilon = 1e-14, maxit = 100)
fit <- function(m, i) { e <- coef(summary(m))[i, ]; list(value = e[[1]], se = e[[2]], low = e[[1]] - qnorm(.975) * e[[2]], high = e[[1]] + qnorm(.975) * e[[2]]) }
v <- val.prob(risk, y, pl = FALSE, smooth = FALSE)
pair <- c(hit, false, miss, true)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  ties = area(score, y), distinct = area(rank(risk, ties.method = "first"), y), few = area(c(1, 2, 2, 3, 3, 4), c(0, 0, 1, 0, 1, 1)),
  risk = risk,
  at_least_4 = list(base_rate = wilson(hit + miss, 150), sensitivity = wilson(hit, hit + miss), specificity = wilson(true, true + false),
    ppv = wilson(hit, hit + false), npv = wilson(true, true + miss)),
  epiR = lapply(split(epi, epi$statistic), function(r) as.list(r[c("est", "lower", "upper")])),
  observed = lapply(sort(unique(score)), function(s) c(at = s, wilson(sum(y[score == s]), sum(score == s)))),
  calibration_in_the_large = fit(large, 1), calibration_slope = fit(both, 2), calibration_intercept = fit(both, 1),
  val.prob = as.list(v[c("Intercept", "Slope", "C (ROC)")]))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
