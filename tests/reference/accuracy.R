# Reference values for sensitivity and specificity over studies: the bivariate model as a multivariate meta-analysis
# (metafor::rma.mv, struct = "UN", REML). Run in this folder: Rscript accuracy.R > accuracy.json
suppressPackageStartupMessages({library(metafor); library(jsonlite)})
script <- "accuracy.R"; used <- c("metafor")
both <- function(tp, fn, fp, tn) {
  a <- tp + .5; b <- fn + .5; c <- fp + .5; d <- tn + .5; k <- length(tp)
  long <- data.frame(y = c(log(a / b), log(c / d)), v = c(1 / a + 1 / b, 1 / c + 1 / d),
    outcome = rep(c("sens", "fpr"), each = k), study = rep(1:k, 2))
  long$outcome <- factor(long$outcome, levels = c("sens", "fpr"))
  m <- rma.mv(y, v, mods = ~ outcome - 1, random = ~ outcome | study, struct = "UN", data = long, method = "REML",
    control = list(optimizer = "BFGS", reltol = 1e-15, maxit = 5000))
  list(mean = unname(m$b[, 1]), se = m$se, sd = sqrt(m$tau2), correlation = m$rho)
}
set.seed(12)
k <- 11; n1 <- sample(30:200, k, TRUE); n0 <- sample(80:500, k, TRUE); e <- rnorm(k)
tp <- rbinom(k, n1, plogis(1.2 + .6 * e + rnorm(k, 0, .3))); fp <- rbinom(k, n0, plogis(-1.5 + .5 * e + rnorm(k, 0, .3)))
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  tp = tp, fn = n1 - tp, fp = fp, tn = n0 - fp, found = both(tp, n1 - tp, fp, n0 - fp))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
