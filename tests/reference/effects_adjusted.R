# Reference values for the doubly robust effect with given folds: glm and lm, scores, CR2, balance.
# Run in this folder: Rscript effects_adjusted.R > effects_adjusted.json
suppressPackageStartupMessages({library(clubSandwich); library(jsonlite)})
script <- "effects_adjusted.R"

set.seed(811)
n <- 360; G <- 24
data <- data.frame(cluster = sample(G, n, replace = TRUE), x1 = round(rnorm(n), 3), x2 = rbinom(n, 1, .4))
data$fold <- (data$cluster - 1) %% 4
data$d <- rbinom(n, 1, plogis(-.3 + .7 * data$x1 - .5 * data$x2))
data$y <- round(2 + data$x1 + data$d * (1 + .5 * data$x2) + rnorm(G, sd = .4)[data$cluster] + rnorm(n), 3)

m <- g0 <- g1 <- numeric(n)
for (k in 0:3) {
  train <- data[data$fold != k, ]; test <- data$fold == k
  m[test] <- predict(glm(d ~ x1 + x2, binomial, train, control = glm.control(epsilon = 1e-14)), data[test, ], type = "response")
  g0[test] <- predict(lm(y ~ x1 + x2, train[train$d == 0, ]), data[test, ])
  g1[test] <- predict(lm(y ~ x1 + x2, train[train$d == 1, ]), data[test, ])
}
d <- data$d; y <- data$y
phi <- g1 - g0 + d * (y - g1) / m - (1 - d) * (y - g0) / (1 - m)
ate <- lm(phi ~ 1)
se <- function(cluster) coef_test(ate, vcovCR(ate, cluster = cluster, type = "CR2"), test = "Satterthwaite")$SE
att <- sum(d * (y - g0) - (1 - d) * m / (1 - m) * (y - g0)) / sum(d)
score <- lm(I((d * (y - g0) - (1 - d) * m / (1 - m) * (y - g0) - d * att) / mean(d)) ~ 1)
att_se <- function(cluster) coef_test(score, vcovCR(score, cluster = cluster, type = "CR2"), test = "Satterthwaite")$SE

w1 <- ifelse(d == 1, 1, m / (1 - m)); wa <- ifelse(d == 1, 1 / m, 1 / (1 - m))
smd <- function(x, w, s) (weighted.mean(x[d == 1], w[d == 1]) - weighted.mean(x[d == 0], w[d == 0])) / s
both <- function(x) sqrt((var(x[d == 1]) + var(x[d == 0])) / 2)
ess <- function(w) sum(w)^2 / sum(w^2)
xs <- data[c("x1", "x2")]; plain <- lm(y ~ d, data); alone <- vcovCR(plain, cluster = seq_len(n), type = "CR2")
places <- c(.01, .05, .25, .5, .75, .95, .99)
out <- list(
  R = R.version.string, packages = list(clubSandwich = as.character(packageVersion("clubSandwich"))),
  script_sha256 = digest::digest(file = script, algo = "sha256"), data = data,
  ate = unname(coef(ate)), ate_se = se(seq_len(n)), ate_se_cluster = se(data$cluster),
  att = att, att_se = att_se(seq_len(n)), att_se_cluster = att_se(data$cluster),
  unadjusted = unname(coef(plain)["d"]), unadjusted_se = sqrt(alone["d", "d"]),
  loss_m = -mean(ifelse(d == 1, log(m), log(1 - m))), loss_g0 = mean((y - g0)[d == 0]^2), loss_g1 = mean((y - g1)[d == 1]^2),
  chance0 = unname(quantile(m[d == 0], places)), chance1 = unname(quantile(m[d == 1], places)), trimmed = mean(m < .01 | m > .99),
  profile_ate = unname(coef(lm(phi ~ 0 + factor(x2), data))),
  smd_att_before = sapply(xs, function(x) smd(x, rep(1, n), sd(x[d == 1]))), smd_att = sapply(xs, function(x) smd(x, w1, sd(x[d == 1]))),
  smd_ate = sapply(xs, function(x) smd(x, wa, both(x))), ess_att = ess(w1[d == 0]), ess_ate = c(ess(wa[d == 0]), ess(wa[d == 1])))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
