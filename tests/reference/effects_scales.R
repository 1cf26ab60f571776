# Reference values for other scales of an effect: ratios of risks and rates, chances by rank, proportional odds.
# Run in this folder: Rscript effects_scales.R > effects_scales.json
suppressPackageStartupMessages({library(clubSandwich); library(sandwich); library(MASS); library(pROC); library(geepack); library(jsonlite)})
script <- "effects_scales.R"

set.seed(20262)
n <- 260; G <- 13
data <- data.frame(cluster = sort(sample(G, n, replace = TRUE)), z = rbinom(n, 1, .5))
team <- rnorm(G, 0, .5)[data$cluster]
data$days <- sample(100:365, n, replace = TRUE)
data$count <- ifelse(runif(n) < .4, 0, rnbinom(n, size = .7, mu = exp(.6 - .5 * data$z + team) * data$days / 200))
data$yes <- as.integer(data$count > 0)
latent <- -.6 * data$z + team + rlogis(n)
data$start <- sample(0:2, n, replace = TRUE, prob = c(.2, .3, .5))
data$level <- as.integer(cut(latent + .5 * data$start, c(-Inf, 0, 1.2, Inf))) - 1

# CR2 on the last weighted least-squares step, where the working variances are all one; clubSandwich on the glm itself
# takes another root of the same matrix, which differs where the means within a cluster do (direct)
direct <- function(model, cluster) coef_test(model, vcov = vcovCR(model, cluster = cluster, type = "CR2"), test = "Satterthwaite")["z", ]
ratio <- function(model, cluster) {
  root <- sqrt(fitted(model)); w <- data.frame(y = root * coef(model)[["z"]] * data$z + resid(model, "pearson"), i = root, z = root * data$z)
  last <- lm(y ~ 0 + i + z, w)
  test <- coef_test(last, vcov = vcovCR(last, cluster = cluster, type = "CR2"), test = "Satterthwaite")["z", ]
  half <- qt(.975, test$df_Satt) * test$SE; b <- coef(model)[["z"]]
  list(value = exp(b), se = exp(b) * test$SE, low = exp(b - half), high = exp(b + half), df = test$df_Satt)
}
tight <- glm.control(epsilon = 1e-14, maxit = 100)
risk <- glm(yes ~ z, poisson, data, control = tight); rate <- glm(count ~ z + offset(log(days)), poisson, data, control = tight)
gee <- geeglm(count ~ z + offset(log(days)), poisson, data, id = cluster, corstr = "independence")

# chances by rank, written out over all pairs; their errors from the mean of each with CR2 on both arms
one <- data$level[data$z == 1]; two <- data$level[data$z == 0]
kernel <- list(worse = outer(one, two, ">"), better = outer(one, two, "<"))
kernel$balance <- kernel$better - kernel$worse
chance <- function(K, cluster) {
  p <- numeric(n); p[data$z == 1] <- rowMeans(K); p[data$z == 0] <- colMeans(K)
  model <- lm(p ~ 0 + factor(z), transform(data, p = p))
  test <- linear_contrast(model, vcov = vcovCR(model, cluster = cluster, type = "CR2"), contrasts = matrix(c(1, 1), 1), test = "Satterthwaite")
  half <- qt(.975, test$df) * test$SE; v <- mean(K)
  list(value = v, se = test$SE, df = test$df, low = v - half, high = v + half)
}
delong <- sqrt(var(roc(data$z, data$level, direction = ">", quiet = TRUE), method = "delong"))   # of better plus half the ties

odds <- function(rows) unname(coef(polr(factor(level) ~ z, data[rows, ], control = list(reltol = 1e-14)))["z"])
jack <- function(cluster) {
  b <- odds(rep(TRUE, n)); groups <- unique(cluster); k <- length(groups)
  apart <- sapply(groups, function(g) odds(cluster != g)) - b
  se <- sqrt((k - 1) / k * sum(apart^2)); half <- qt(.975, k - 1) * se
  list(value = exp(b), se = exp(b) * se, low = exp(b - half), high = exp(b + half))
}
wide <- polr(factor(level) ~ z, data, Hess = TRUE, control = list(reltol = 1e-14))

out <- list(
  R = R.version.string,
  packages = lapply(c(clubSandwich = "clubSandwich", MASS = "MASS", pROC = "pROC", geepack = "geepack", sandwich = "sandwich"),
                    function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"), data = data,
  risk_ratio = ratio(risk, data$cluster), risk_ratio_alone = ratio(risk, seq_len(n)),
  rate_ratio = ratio(rate, data$cluster), rate_ratio_alone = ratio(rate, seq_len(n)), gee = exp(unname(coef(gee)["z"])),
  rate_direct = direct(rate, data$cluster)$SE * exp(coef(rate)[["z"]]), gee_se = unname(sqrt(vcov(gee)["z", "z"])),
  chance_worse = chance(kernel$worse, data$cluster), chance_better = chance(kernel$better, data$cluster),
  chance_balance = chance(kernel$balance, data$cluster), chance_balance_alone = chance(kernel$balance, seq_len(n)), delong_se = delong,
  odds_ratio_ordered = jack(data$cluster), odds_ratio_ordered_alone = jack(seq_len(n)),
  sandwich_se = unname(sqrt(vcovCL(wide, cluster = data$cluster)["z", "z"])),
  transition = as.vector(table(data$level, data$start, 1 - data$z)))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16), pretty = FALSE))
