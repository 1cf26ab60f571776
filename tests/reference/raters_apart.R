# Reference values for raters who differ systematically: t.test, anova(lm), mcnemar.test and irr::stuart.maxwell.mh.
# Run in this folder: Rscript raters_apart.R > raters_apart.json
suppressPackageStartupMessages({library(irr); library(jsonlite)})
script <- "raters_apart.R"; used <- c("irr", "stats")

case <- function(x) {
  g <- ncol(x)
  each <- lapply(1:g, function(i) {
    d <- x[, i] - rowMeans(x[, -i, drop = FALSE], na.rm = TRUE); d <- d[!is.na(d)]
    t <- t.test(d, conf.level = 1 - .05 / g)
    list(value = mean(d), se = sd(d) / sqrt(length(d)), low = t$conf.int[1], high = t$conf.int[2], n = length(d))
  })
  long <- data.frame(unit = factor(row(x)), rater = factor(col(x)), y = unlist(x))
  long <- long[!is.na(long$y), ]; long <- long[long$unit %in% names(which(table(long$unit) > 1)), ]
  a <- anova(lm(y ~ unit + rater, long))["rater", ]; left <- anova(lm(y ~ unit + rater, long))["Residuals", "Df"]
  apart <- apply(x, 1, function(row) if (sum(!is.na(row)) > 1) diff(range(row, na.rm = TRUE)) else NA)
  k <- sum(apart >= 2, na.rm = TRUE); n <- sum(!is.na(apart)); w <- prop.test(k, n, correct = FALSE)$conf.int
  both <- outer(1:4, 1:4, Vectorize(function(a, b) sum(apply(x, 1, function(row) a %in% row && b %in% row))))
  list(ratings = x, difference = each, raters_f = a[["F value"]], raters_p = a[["Pr(>F)"]], df = a[["Df"]], df2 = left,
    split = list(value = k / n, low = w[1], high = w[2], n = n), both = both)
}
set.seed(12)
true <- sample(1:4, 70, replace = TRUE)
rate <- function(lean) pmin(4, pmax(1, true + sample(c(-1, 0, 0, 0, 1, lean, 2 * lean), 70, replace = TRUE)))
complete <- data.frame(cas = rate(1), ann = rate(0), bob = rate(-1))
gaps <- complete; gaps[cbind(sample(70, 50), sample(3, 50, replace = TRUE))] <- NA
pair <- complete[, 1:2]; sm <- stuart.maxwell.mh(table(factor(pair$cas, 1:4), factor(pair$ann, 1:4)))
two <- (pair > 2) + 0; mc <- mcnemar.test(table(two[, 1], two[, 2]), correct = FALSE)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  complete = case(complete), gaps = case(gaps),
  pair = list(ratings = pair, chi_square = as.numeric(sm$statistic), p = as.numeric(sm$p.value)),
  two = list(ratings = as.data.frame(two), chi_square = unname(mc$statistic), p = mc$p.value))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
