# Reference values for optimism: a logistic model (rms::validate, 20,000 redraws) and a cut-off chosen by Youden's index (by hand,
# 20,000 redraws). Run in this folder: Rscript validity_optimism.R > validity_optimism.json
suppressPackageStartupMessages({library(rms); library(jsonlite)})
script <- "validity_optimism.R"; used <- c("rms", "Hmisc")
set.seed(31)
n <- 120
a <- round(3 * rnorm(n)); b <- rbinom(n, 4, .4); c <- round(rnorm(n), 1)
y <- rbinom(n, 1, plogis(-1 + .2 * a + .3 * b))
d <- data.frame(a, b, c, y)
fit <- lrm(y ~ a + b + c, d, x = TRUE, y = TRUE, tol = 1e-14, eps = 1e-12)
set.seed(1); v <- rms::validate(fit, B = 20000)
score <- pmin(pmax(round(5 + a / 2 + b / 2), 0), 12)
best <- function(s, y) { cuts <- sort(unique(s)); J <- sapply(cuts, function(k) mean(s[y == 1] >= k) + mean(s[y == 0] < k)); cuts[which.max(round(J, 12))] }
at <- function(k, s, y) c(sensitivity = mean(s[y == 1] >= k), specificity = mean(s[y == 0] < k))
k <- best(score, y)
set.seed(2)
draws <- replicate(20000, { i <- sample(n, replace = TRUE); kk <- best(score[i], y[i]); c(at(kk, score[i], y[i]) - at(kk, score, y), kk) })
loss <- rowMeans(draws[1:2, ])
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  a = a, b = b, c = c, outcome = y, score = score,
  auc_apparent = v["Dxy", "index.orig"] / 2 + .5, auc_corrected = v["Dxy", "index.corrected"] / 2 + .5, slope_corrected = v["Slope", "index.corrected"],
  chosen_cut_off = list(value = k, low = quantile(draws[3, ], .025, type = 1, names = FALSE), high = quantile(draws[3, ], .975, type = 1, names = FALSE)),
  apparent = as.list(at(k, score, y)), corrected = as.list(at(k, score, y) - loss))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
