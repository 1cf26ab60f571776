# Reference values for the fairness sheet: Wilson intervals at Bonferroni's level and chi-square (prop.test), calibration per group
# (glm), and the false-positive rate of Chouldechova (2017), eq. 2.6, by hand. Run in this folder: Rscript fairness.R > fairness.json
suppressPackageStartupMessages(library(jsonlite))
script <- "fairness.R"; used <- "stats"
set.seed(51)
n <- 480
group <- sample(c("a", "b", "c"), n, TRUE, c(.5, .3, .2)); x <- rnorm(n, ifelse(group == "a", -1, -.2))
risk <- round(plogis(x), 3); y <- rbinom(n, 1, plogis(.2 + .8 * x)); score <- round(10 * risk)
level <- 1 - .05 / 3
wilson <- function(k, m) list(value = k / m, low = suppressWarnings(prop.test(k, m, conf.level = level, correct = FALSE))$conf.int[1],
  high = suppressWarnings(prop.test(k, m, conf.level = level, correct = FALSE))$conf.int[2], n = m)
four <- function(i) c(hit = sum(score[i] >= 4 & y[i] == 1), false = sum(score[i] >= 4 & y[i] == 0), miss = sum(score[i] < 4 & y[i] == 1), true = sum(score[i] < 4 & y[i] == 0))
pairs <- function(k) list(base_rate = c(k[[1]] + k[[3]], sum(k)), sensitivity = c(k[[1]], k[[1]] + k[[3]]), specificity = c(k[[4]], k[[4]] + k[[2]]),
  ppv = c(k[[1]], k[[1]] + k[[2]]), npv = c(k[[4]], k[[4]] + k[[3]]))
all <- four(rep(TRUE, n)); P <- all[["hit"]] / (all[["hit"]] + all[["false"]]); S <- all[["hit"]] / (all[["hit"]] + all[["miss"]])
fit <- function(m, j) { e <- coef(summary(m))[j, ]; z <- qnorm(1 - (1 - level) / 2); list(value = e[[1]], low = e[[1]] - z * e[[2]], high = e[[1]] + z * e[[2]], n = nobs(m)) }
one <- function(g) {
  i <- group == g; l <- qlogis(risk[i]); yy <- y[i]; p <- mean(yy)
  c(lapply(pairs(four(i)), function(v) wilson(v[1], v[2])), list(
    calibration_in_the_large = fit(glm(yy ~ 1, offset = l, family = binomial, epsilon = 1e-14, maxit = 100), 1),
    calibration_slope = fit(glm(yy ~ l, family = binomial, epsilon = 1e-14, maxit = 100), 2),
    false_positive_rate_if_equal = list(value = p / (1 - p) * (1 - P) / P * S)))
}
groups <- setNames(lapply(c("a", "b", "c"), one), c("a", "b", "c"))
tables <- lapply(c("a", "b", "c"), function(g) pairs(four(group == g)))
equal <- lapply(setNames(nm = names(tables[[1]])), function(v) suppressWarnings(prop.test(sapply(tables, function(t) t[[v]][1]), sapply(tables, function(t) t[[v]][2]), correct = FALSE))$p.value)
rates <- sapply(groups, function(g) g$base_rate$value)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  group = group, score = score, risk = risk, outcome = y, groups = groups, equal_p = equal, base_rate_gap = max(rates) - min(rates))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
