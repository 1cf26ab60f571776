# Reference values for an interrupted series: segmented regression with AR(1) errors by REML.
# Run in this folder: Rscript effects_series.R > effects_series.json
suppressPackageStartupMessages({library(nlme); library(jsonlite)})
script <- "effects_series.R"

set.seed(1954)
T <- 60; start <- 36; t <- 0:(T - 1)
errors <- as.vector(arima.sim(list(ar = .4), T, sd = .05))
families <- round(runif(T, 900, 1100)); rate <- exp(-2.3 + .004 * t - .2 * (t >= start) + .15 * cos(2 * pi * t / 12) + errors)
other <- round(families * exp(-2.2 + .003 * t + .15 * cos(2 * pi * t / 12) + as.vector(arima.sim(list(ar = .3), T, sd = .05))))
data <- data.frame(count = round(families * rate), families = families, other = other)
data$score <- round(20 + .1 * t - 2 * (t >= start) - .05 * pmax(t - start, 0) + 10 * errors, 4)

after <- as.numeric(t >= start); ramp <- after * (t - start)
season <- cbind(cos(2 * pi * t / 12), sin(2 * pi * t / 12), cos(4 * pi * t / 12), sin(4 * pi * t / 12))
told <- function(y, with_season) {
  frame <- data.frame(y = y, t = t, after = after, ramp = ramp, season)
  form <- if (with_season) y ~ t + after + ramp + X1 + X2 + X3 + X4 else y ~ t + after + ramp
  m <- gls(form, frame, correlation = corAR1(form = ~t), method = "REML",
           control = glsControl(tolerance = 1e-12, opt = "optim", msTol = 1e-14, msMaxIter = 500))
  b <- coef(m); V <- vcov(m); end <- numeric(length(b)); end[3:4] <- c(1, T - 1 - start)
  rho <- unname(coef(m$modelStruct$corStruct, unconstrained = FALSE))
  e <- residuals(m, type = "normalized"); lags <- if (with_season) 12 else 4
  list(level = unname(b[3]), slope = unname(b[4]), end = sum(end * b),
       se = c(sqrt(V[3, 3]), sqrt(V[4, 4]), sqrt(drop(t(end) %*% V %*% end))), rho = rho,
       left_p = unname(Box.test(e, lags, "Ljung-Box", fitdf = 1)$p.value))
}
out <- list(
  R = R.version.string,
  packages = lapply(c(nlme = "nlme"), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"), data = data, start = start,
  score = told(data$score, FALSE),
  rate = told(log(data$count / data$families), TRUE),
  controlled = told(log(data$count / data$families) - log(data$other / data$families), TRUE))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16), pretty = FALSE, na = "string"))
