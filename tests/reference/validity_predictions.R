# Reference values for predicted probabilities: spline calibration (glm with rms::rcs), ICI / E50 / E90 (Austin & Steyerberg 2019),
# shrunken recalibration (glm), Brier (rms::val.prob, car::deltaMethod), net benefit (dcurves), sample sizes (pmvalsampsize,
# pmsampsize), alarms at an own base rate (square-and-add by hand after Zou & Donner 2008).
# Run in this folder: Rscript validity_predictions.R > validity_predictions.json
suppressPackageStartupMessages({library(rms); library(car); library(dcurves); library(pmvalsampsize); library(pmsampsize); library(jsonlite)})
script <- "validity_predictions.R"; used <- c("rms", "Hmisc", "car", "dcurves", "pmvalsampsize", "pmsampsize")
set.seed(11)
n <- 400
risk <- round(plogis(rnorm(n, -1, 1.2)), 3); y <- rbinom(n, 1, plogis(-.3 + .7 * qlogis(risk) - .15 * qlogis(risk)^2))
x <- qlogis(risk)
knots <- quantile(x, c(.05, .275, .5, .725, .95), names = FALSE)
bent <- glm(y ~ rcs(x, knots), family = binomial, epsilon = 1e-14, maxit = 100)
at <- seq(quantile(risk, .01, names = FALSE), quantile(risk, .99, names = FALSE), length.out = 50)
curve <- predict(bent, data.frame(x = qlogis(at)), se.fit = TRUE)
apart <- abs(fitted(bent) - risk)
exact <- function(f, o = rep(0, n)) { d <- environment(f); assign("o", o, d); glm(f, family = binomial, offset = o, epsilon = 1e-14, maxit = 100) }
shrunk <- function(y, x) {
  large <- exact(y ~ 1, x); both <- exact(y ~ x)
  chi2 <- as.numeric(2 * (logLik(both) - logLik(large))); s <- max(0, (chi2 - 1) / chi2); b <- 1 + s * (coef(both)[[2]] - 1)
  list(recalibration_shrinkage = s, recalibration_slope = b, recalibration_intercept = coef(exact(y ~ 1, b * x))[[1]], chi2 = chi2)
}
loss <- (risk - y)^2; V <- cov(cbind(loss, y)) / n
scaled <- deltaMethod(c(b = mean(loss), m = mean(y)), "1 - b / (m * (1 - m))", vcov. = V)
ols <- summary(lm(loss ~ 1))$coefficients
eo <- list(value = sum(risk) / sum(y)); seo <- sqrt((1 - mean(y)) / sum(y)); eo$low <- exp(log(eo$value) - qnorm(.975) * seo); eo$high <- exp(log(eo$value) + qnorm(.975) * seo)
thresholds <- c(.05, .1, .25, .5, .75)
dc <- as.data.frame(dca(y ~ risk, data.frame(y, risk), thresholds = thresholds)$dca)
pick <- function(v) dc$net_benefit[dc$variable == v & dc$threshold > 0]
error <- function(t) { u <- ifelse(risk >= t, y - (1 - y) * t / (1 - t), 0); summary(lm(u ~ 1))$coefficients[2] }
# alarms: 40 forms a week, cut-off at .3
wilson <- function(k, m) c(k / m, suppressWarnings(prop.test(k, m, correct = FALSE))$conf.int)
se <- wilson(sum(risk >= .3 & y == 1), sum(y == 1)); sp <- wilson(sum(risk < .3 & y == 0), sum(y == 0))
mover <- function(f, p) {
  at0 <- c(p[1], se[1], sp[1]); g <- numDeriv::grad(function(v) f(v[1], v[2], v[3]), at0)
  lo <- rbind(p, se, sp)[, 2]; hi <- rbind(p, se, sp)[, 3]
  v <- f(at0[1], at0[2], at0[3])
  c(value = v, low = max(0, v - sqrt(sum((g * (at0 - ifelse(g > 0, lo, hi)))^2))), high = min(1, v + sqrt(sum((g * (ifelse(g > 0, hi, lo) - at0))^2)))) * 40
}
flows <- list(signals_per_week = function(p, a, b) p * a + (1 - p) * (1 - b), found_per_week = function(p, a, b) p * a,
  missed_per_week = function(p, a, b) p * (1 - a), for_nothing_per_week = function(p, a, b) (1 - p) * (1 - b))
own <- wilson(30, 500)
ties <- c(sum(risk >= .3), sum(risk >= .3 & y == 1), sum(risk < .3 & y == 1), sum(risk >= .3 & y == 0))
quiet <- function(x) suppressMessages(x)
v1 <- quiet(pmvalsampsize(type = "b", prevalence = .018, cstatistic = .8, lpnormal = c(-5, 2.5), oeciwidth = 1))$results_table
v2 <- quiet(pmvalsampsize(type = "b", prevalence = .018, cstatistic = .8, lpcstat = -4.7, oeciwidth = 1))$results_table
d1 <- quiet(pmsampsize(type = "b", csrsquared = .288, parameters = 24, prevalence = .174))$results_table
d2 <- quiet(pmsampsize(type = "b", cstatistic = .89, parameters = 24, prevalence = .174))$results_table
rows <- function(m) setNames(as.list(m[, 1]), NULL)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  risk = risk, outcome = y, at = at,
  curve = list(value = plogis(curve$fit), low = plogis(curve$fit - qnorm(.975) * curve$se.fit), high = plogis(curve$fit + qnorm(.975) * curve$se.fit)),
  ici = mean(apart), e50 = median(apart), e90 = quantile(apart, .9, names = FALSE),
  recalibration = shrunk(y, x), recalibration_far = shrunk(y, 2 * x), val.prob = as.list(val.prob(risk, y, pl = FALSE)[c("Brier", "Eavg", "E90")]),
  brier = list(value = ols[1], se = ols[2], low = ols[1] - qnorm(.975) * ols[2], high = ols[1] + qnorm(.975) * ols[2]),
  brier_scaled = list(value = scaled$Estimate, se = scaled$SE), expected_observed = eo,
  thresholds = thresholds, net_benefit = pick("risk"), net_benefit_all = pick("all"), net_benefit_se = sapply(thresholds, error),
  alarms_known = lapply(flows, mover, p = c(.06, .06, .06)), alarms_counted = lapply(flows, mover, p = own),
  alarms_here = lapply(ties, function(k) wilson(k, n) * 40),
  validation_normal = rows(v1), validation_area = rows(v2), development_r2 = rows(d1), development_area = rows(d2))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
