# Reference values for outcomes that are missing: censoring weights with given folds, and Rubin's rules by mice.
# Run in this folder: Rscript effects_missing.R > effects_missing.json
suppressPackageStartupMessages({library(clubSandwich); library(jsonlite); library(mice, warn.conflicts = FALSE)})
script <- "effects_missing.R"

set.seed(905)
n <- 360; G <- 24
data <- data.frame(cluster = sample(G, n, replace = TRUE), x1 = round(rnorm(n), 3), x2 = rbinom(n, 1, .4))
data$fold <- (data$cluster - 1) %% 4
data$d <- rbinom(n, 1, plogis(-.3 + .7 * data$x1 - .5 * data$x2))
data$y <- round(2 + data$x1 + data$d * (1 + .5 * data$x2) + rnorm(G, sd = .4)[data$cluster] + rnorm(n), 3)
data$y[runif(n) > plogis(1.2 - .8 * data$x1 + .4 * data$d)] <- NA
data$seen <- as.integer(!is.na(data$y))

m <- g0 <- g1 <- c0 <- c1 <- numeric(n)
logit <- function(f, train, test) predict(glm(f, binomial, train, control = glm.control(epsilon = 1e-14)), test, type = "response")
for (k in 0:3) {
  train <- data[data$fold != k, ]; here <- data$fold == k; test <- data[here, ]
  m[here] <- logit(d ~ x1 + x2, train, test)
  g0[here] <- predict(lm(y ~ x1 + x2, train[train$d == 0, ]), test)
  g1[here] <- predict(lm(y ~ x1 + x2, train[train$d == 1, ]), test)
  c0[here] <- logit(seen ~ x1 + x2, train[train$d == 0, ], test)
  c1[here] <- logit(seen ~ x1 + x2, train[train$d == 1, ], test)
}
d <- data$d; r <- data$seen; y <- ifelse(r == 1, data$y, 0)
phi <- g1 - g0 + d * r / (m * c1) * (y - g1) - (1 - d) * r / ((1 - m) * c0) * (y - g0)
num <- d * (g1 + r / c1 * (y - g1) - g0) - (1 - d) * m / (1 - m) * r / c0 * (y - g0)
se <- function(score) {
  fit <- lm(score ~ 1)
  coef_test(fit, vcovCR(fit, cluster = data$cluster, type = "CR2"), test = "Satterthwaite")$SE
}
att <- sum(num) / sum(d)
gone1 <- (1 - c1) + d / m * ((1 - r) - (1 - c1)); gone0 <- (1 - c0) + (1 - d) / (1 - m) * ((1 - r) - (1 - c0))
gone0_att <- d * (1 - c0) + (1 - d) * m / (1 - m) * ((1 - r) - (1 - c0))

made <- mice(data[c("y", "x1", "x2", "d")], m = 7, method = "norm", seed = 3, printFlag = FALSE)
fits <- with(made, lm(y ~ d + x1 + x2)); pooled <- pool(fits); told <- summary(pooled, conf.int = TRUE)
each <- t(sapply(fits$analyses, function(f) summary(f)$coefficients["d", 1:2]))
at <- which(told$term == "d")
few <- pool.scalar(c(1, 1.4, .7), c(.2, .25, .22)^2, n = 41, k = 1)
out <- list(
  R = R.version.string, packages = list(mice = as.character(packageVersion("mice")), clubSandwich = as.character(packageVersion("clubSandwich"))),
  script_sha256 = digest::digest(file = script, algo = "sha256"), data = data,
  ate = mean(phi), ate_se = se(phi), att = att, att_se = se((num - att * d) / mean(d)),
  gone = c(mean(gone1), mean(gone0)), gone_att = c(mean(d * (1 - r)), mean(gone0_att)) / mean(d),
  estimates = each[, 1], errors = each[, 2], complete_df = fits$analyses[[1]]$df.residual,
  pooled = told$estimate[at], pooled_se = told$std.error[at], pooled_df = told$df[at],
  pooled_low = told[at, "2.5 %"], pooled_high = told[at, "97.5 %"], fmi = pooled$pooled$fmi[at],
  few = few$qbar, few_t = few$t, few_df = few$df, few_fmi = few$fmi)
cat(toJSON(out, auto_unbox = TRUE, digits = I(16), na = "null"))
