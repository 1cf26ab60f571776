# Reference values for differences between profiles: tau2, Q, Q-profile, best linear predictions, integrated shrinkage.
# Run in this folder: Rscript effects_pooling.R > effects_pooling.json
suppressPackageStartupMessages({library(metafor); library(jsonlite)})
script <- "effects_pooling.R"

sets <- list(apart = list(y = c(-.9, .1, .6, 1.8, -.4), v = c(.09, .16, .25, .12, .2)),
             alike = list(y = c(.31, .25, .38, .2), v = c(.04, .09, .01, .05)),
             two = list(y = c(.1, 1.1), v = c(.1, .3)))

# The same with covariances between the estimates, by plain matrix algebra
covary <- list(y = c(.2, 1.4, -.5), V = matrix(c(.10, .03, .02, .03, .20, .05, .02, .05, .15), 3))
generalQ <- function(t2) {
  W <- solve(covary$V + diag(t2, 3)); m <- sum(W %*% covary$y) / sum(W); c(t(covary$y - m) %*% W %*% (covary$y - m))
}

# Shrinkage B = v / (v + tau2) uniform on (0, 1): metafor's restricted likelihood and predictions at each B, integrated
shrunk <- function(y, v) {
  v0 <- length(v) / sum(1 / v); B <- (seq_len(4000) - .5) / 4000
  at <- lapply(B, function(b) {
    fit <- rma(y, v, tau2 = v0 * (1 - b) / b, method = "REML"); p <- blup(fit)
    list(log = as.numeric(logLik(fit, REML = TRUE)), mean = p$pred, var = p$se^2)
  })
  l <- sapply(at, `[[`, "log"); w <- exp(l - max(l)); w <- w / sum(w)
  M <- t(sapply(at, `[[`, "mean")); S <- t(sapply(at, `[[`, "var"))
  quant <- function(j, p) uniroot(function(x) sum(w * pnorm(x, M[, j], sqrt(S[, j]))) - p, c(-10, 10), tol = 1e-12)$root
  list(mean = colSums(w * M), low = sapply(seq_along(y), quant, p = .025), high = sapply(seq_along(y), quant, p = .975))
}

one <- function(s) {
  fit <- rma(s$y, s$v, method = "PM", control = list(tol = 1e-13)); equal <- rma(s$y, s$v, method = "FE")
  ends <- confint(fit, control = list(tau2.max = 1e5))$random["tau^2", ]; p <- blup(fit)
  list(y = s$y, v = s$v, tau2 = fit$tau2, tau2_low = ends[["ci.lb"]], tau2_high = ends[["ci.ub"]], Q = equal$QE, Qp = equal$QEp,
       equal = as.numeric(equal$b), equal_se = equal$se, mu = as.numeric(fit$b), blup = p$pred, blup_se = p$se,
       tau2_dl = rma(s$y, s$v, method = "DL")$tau2, shrunk = shrunk(s$y, s$v))
}
out <- list(R = R.version.string, packages = list(metafor = as.character(packageVersion("metafor"))),
            script_sha256 = digest::digest(file = script, algo = "sha256"), sets = lapply(sets, one),
            covary = list(y = covary$y, V = covary$V, Q = generalQ(0), tau2 = uniroot(function(t) generalQ(t) - 2, c(0, 20), tol = 1e-13)$root))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
