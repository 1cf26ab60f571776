# Reference values for areas and cut-offs: two AUCs, partial AUC, bootstrap (pROC), exact intervals and likelihood ratios (epiR),
# clusters: shares by survey::svyciprop, areas by hand after Obuchowski (1997), eq. 3 and following.
# Run in this folder: Rscript validity_areas.R > validity_areas.json
suppressPackageStartupMessages({library(pROC); library(epiR); library(survey); library(jsonlite)})
script <- "validity_areas.R"; used <- c("pROC", "epiR", "survey")
set.seed(7)
n <- 240
team <- rep(1:12, each = 20); u <- rnorm(12, 0, .8)[team]
latent <- rnorm(n) + u
y <- rbinom(n, 1, plogis(-1 + latent))
one <- pmin(pmax(round(4 + 1.5 * latent + rnorm(n)), 0), 10); two <- pmin(pmax(round(4 + latent + 2 * rnorm(n)), 0), 10)
r1 <- roc(y, one, levels = c(0, 1), direction = "<", quiet = TRUE); r2 <- roc(y, two, levels = c(0, 1), direction = "<", quiet = TRUE)
test <- roc.test(r1, r2, method = "delong", paired = TRUE)
part <- function(focus, between) list(
  partial_auc = as.numeric(auc(r1, partial.auc = between, partial.auc.focus = focus)),
  partial_auc_mcclish = as.numeric(auc(r1, partial.auc = between, partial.auc.focus = focus, partial.auc.correct = TRUE)))
set.seed(1)
boot <- ci.auc(r1, method = "bootstrap", boot.n = 20000, boot.stratified = TRUE, progress = "none")
set.seed(2)
part_boot <- ci.auc(roc(y, one, levels = c(0, 1), direction = "<", quiet = TRUE, partial.auc = c(1, .8)), method = "bootstrap", boot.n = 20000, progress = "none")
hit <- sum(one >= 5 & y == 1); false <- sum(one >= 5 & y == 0); miss <- sum(one < 5 & y == 1); true <- sum(one < 5 & y == 0)
epi <- epi.tests(c(hit, false, miss, true), method = "exact")$detail
d <- svydesign(ids = ~team, data = data.frame(team, y, pos = as.numeric(one >= 5)), weights = ~1)
svy <- function(f, part, n) {
  s <- svyciprop(f, part, method = "logit", df = degf(part)); ci <- attr(s, "ci")
  list(value = as.numeric(s), se = as.numeric(sqrt(attr(s, "var"))), low = ci[[1]], high = ci[[2]], n = n)
}
clustered <- list(
  base_rate = svy(~y, d, n), sensitivity = svy(~pos, subset(d, y == 1), hit + miss),
  specificity = svy(~I(1 - pos), subset(d, y == 0), true + false), ppv = svy(~y, subset(d, pos == 1), hit + false),
  npv = svy(~I(1 - y), subset(d, pos == 0), true + miss))
# Obuchowski: components by every pair of forms
psi <- outer(one[y == 1], one[y == 0], function(a, b) (a > b) + .5 * (a == b))
A <- mean(psi); V10 <- rowMeans(psi); V01 <- colMeans(psi); m <- sum(y == 1); k <- sum(y == 0)
X <- tapply(V10 - A, factor(team[y == 1], levels = 1:12), sum, default = 0); Y <- tapply(V01 - A, factor(team[y == 0], levels = 1:12), sum, default = 0)
I10 <- length(unique(team[y == 1])); I01 <- length(unique(team[y == 0])); I <- 12
S10 <- I10 / ((I10 - 1) * m) * sum(X^2); S01 <- I01 / ((I01 - 1) * k) * sum(Y^2); S11 <- I / (I - 1) * sum(X * Y)
se <- sqrt(S10 / m + S01 / k + 2 * S11 / (m * k))
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  one = one, two = two, outcome = y, team = team,
  auc = list(one = as.numeric(r1$auc), two = as.numeric(r2$auc)),
  auc_difference = list(value = as.numeric(r1$auc - r2$auc), se = as.numeric((r1$auc - r2$auc) / test$statistic), low = test$conf.int[1], high = test$conf.int[2]),
  auc_difference_p = list(value = test$p.value),
  partial = list(
    list(of = "specificity", between = c(.8, 1), value = part("specificity", c(1, .8))),
    list(of = "specificity", between = c(.33, .61), value = part("specificity", c(.61, .33))),
    list(of = "sensitivity", between = c(.8, 1), value = part("sensitivity", c(1, .8))),
    list(of = "sensitivity", between = c(.55, .9), value = part("sensitivity", c(.9, .55)))),
  partial_boot = list(low = part_boot[1], high = part_boot[3]), auc_bootstrap = list(value = as.numeric(r1$auc), low = boot[1], high = boot[3]),
  exact = lapply(split(epi, epi$statistic), function(r) as.list(r[c("est", "lower", "upper")])),
  clustered = clustered, clustered_auc = list(value = A, se = se, low = A - qt(.975, 11) * se, high = A + qt(.975, 11) * se))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
