# Reference values for effects of several studies taken together: metafor (REML, Paule-Mandel, Hartung-Knapp, prediction,
# three levels), clubSandwich (CR2). Run in this folder: Rscript pooling.R > pooling.json
suppressPackageStartupMessages({library(metafor); library(clubSandwich); library(jsonlite)})
script <- "pooling.R"; used <- c("metafor", "clubSandwich")
one <- function(y, v, method) {
  m <- rma(y, v, method = method, test = "knha", control = list(threshold = 1e-14, maxiter = 10000, tol = 1e-12))
  p <- predict(m); ci <- confint(m, control = list(tol = 1e-12))$random
  list(mean = unname(m$b[1]), se = m$se, low = m$ci.lb, high = m$ci.ub, tau2 = m$tau2, tau2_low = ci[1, 2], tau2_high = ci[1, 3],
    i2 = m$I2 / 100, q = m$QE, q_p = m$QEp, pi_low = p$pi.lb, pi_high = p$pi.ub)
}
three <- function(y, v, study) {
  id <- seq_along(y)
  m <- rma.mv(y, v, random = ~ 1 | study / id, method = "REML",
    control = list(optimizer = "BFGS", reltol = 1e-15, maxit = 2000))
  t <- coef_test(m, vcov = "CR2", cluster = study, test = "Satterthwaite")
  list(mean = unname(m$b[1]), se = m$se, between = m$sigma2[1], within = m$sigma2[2],
    robust_se = t$SE, df = t$df_Satt)
}
set.seed(9)
k <- 12; v <- runif(k, .01, .08); y <- rnorm(k, .3, sqrt(v + .05))
few <- 4; vf <- runif(few, .02, .1); yf <- rnorm(few, .2, sqrt(vf + .1))
study <- rep(1:8, times = c(1, 3, 5, 2, 6, 4, 3, 6)); n <- length(study)
vt <- runif(n, .02, .1); yt <- .4 + rnorm(8, 0, .4)[study] + rnorm(n, 0, .3) + rnorm(n, 0, sqrt(vt))
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  twelve = list(y = y, v = v, REML = one(y, v, "REML"), PM = one(y, v, "PM"),
    without = sapply(seq_along(y), function(i) one(y[-i], v[-i], "REML")$mean)),
  four = list(y = yf, v = vf, REML = one(yf, vf, "REML"), PM = one(yf, vf, "PM")),
  three = list(y = yt, v = vt, study = study, found = three(yt, vt, study)))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
