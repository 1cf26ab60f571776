# Reference values for how wrong an effect could be. The closed forms of the papers are not typed in again: each value is
# found by searching (uniroot) for what it is said to be, on lm of R; E-values by the bounding factor.
# Run in this folder: Rscript effects_robustness.R > effects_robustness.json
suppressPackageStartupMessages({library(clubSandwich); library(jsonlite)})
script <- "effects_robustness.R"

set.seed(416)
n <- 240; G <- 24
data <- data.frame(cluster = sample(G, n, replace = TRUE), need = round(rnorm(n), 3), worse = rbinom(n, 1, .4))
data$region <- c("a", "b", "c", "d")[1 + (data$cluster - 1) %% 4]
data$z <- rbinom(n, 1, plogis(.8 * data$need - .3 * data$worse))
data$y <- round(1 + data$need + .5 * data$worse + .6 * data$z + rnorm(n), 3)
data$blank <- as.integer(rbinom(n, 1, .15 + .1 * data$z) == 1)
y <- data$y; z <- data$z

# E-value: the smallest strength s of both associations whose bounding factor s^2 / (2 s - 1) is the ratio.
e <- function(rr) { rr <- max(rr, 1 / rr); if (rr == 1) 1 else uniroot(function(s) s^2 / (2 * s - 1) - rr, c(1, 4 * rr), tol = 1e-13)$root }
difference <- c(-.15, -.25, -.05); share <- .3
mean_difference <- c(.6, .2, 1); sd_y <- 1.5

# Cinelli & Hazlett: the effect adjusted for a confounder, from the definition of the partial R2 (their eq. 8 and 9).
full <- lm(y ~ z + need + worse, data); s <- summary(full)$coefficients["z", ]; df <- full$df.residual
after <- function(a, b) {
  value <- abs(s[["Estimate"]]) - s[["Std. Error"]] * sqrt(b * a / (1 - a) * df)
  se <- s[["Std. Error"]] * sqrt((1 - b) / (1 - a)) * sqrt(df / (df - 1))
  c(value, se)
}
rv <- uniroot(function(r) after(r, r)[1], c(0, .99), tol = 1e-13)$root
lowest <- function(r) after(r, r)[1] - qt(.975, df - 1) * after(r, r)[2]
rv_limit <- uniroot(lowest, c(0, rv), tol = 1e-13)$root
r2 <- function(small, large) 1 - sum(resid(large)^2) / sum(resid(small)^2)
bound <- function(name) {
  other <- setdiff(c("need", "worse"), name)
  a <- r2(lm(reformulate(other, "z"), data), lm(z ~ need + worse, data))
  b <- r2(lm(reformulate(c("z", other), "y"), data), full)
  sapply(1:3, function(k) {
    strong <- k * a / (1 - a); shared <- k * a^2 / ((1 - k * a) * (1 - a))
    outcome <- min(1, ((sqrt(k) + sqrt(shared)) / sqrt(1 - shared))^2 * b / (1 - b))
    after(strong, outcome) * c(sign(s[["Estimate"]]), 1)
  })
}

# Tipping: a trial; the missing of an arm lie a shift away from those seen in it. Welch's variance of what is put together.
known <- data$blank == 0
base <- lm(y ~ z, data[known, ])
mean1 <- mean(y[known & z == 1]); mean0 <- mean(y[known & z == 0])
missing <- function(arm) mean(!known[z == arm])
together <- function(one, other) {
  mean_arm <- ifelse(z == 1, mean1, mean0); share <- ifelse(z == 1, 1 - missing(1), 1 - missing(0))
  v <- mean_arm + ifelse(known, y - mean_arm, 0) / share + (!known) * ifelse(z == 1, one, other)
  c(mean(v[z == 1]) - mean(v[z == 0]), sqrt(var(v[z == 1]) / sum(z) + var(v[z == 0]) / sum(1 - z)))
}
everybody <- lm(y ~ z, data)
eta <- coef_test(everybody, vcovCR(everybody, cluster = seq_len(n), type = "CR2"), test = "Satterthwaite")[2, "df_Satt"]
if (is.null(eta)) eta <- coef_test(everybody, vcovCR(everybody, cluster = seq_len(n), type = "CR2"), test = "Satterthwaite")[2, "df"]
turns <- function(other) {
  d <- together(0, 0)[1]
  uniroot(function(one) { w <- together(one, other); sign(d) * w[1] - qt(.975, eta) * w[2] }, c(-9, 9), tol = 1e-12)$root
}
unit <- sd(y[known])

without <- sapply(sort(unique(data$region)), function(r) coef(lm(y ~ z, data[data$region != r, ]))[["z"]])
control <- coef_test(everybody, vcovCR(everybody, cluster = data$cluster, type = "CR2"), test = "Satterthwaite")

out <- list(
  R = R.version.string, packages = list(clubSandwich = as.character(packageVersion("clubSandwich"))),
  script_sha256 = digest::digest(file = script, algo = "sha256"), data = data,
  e_value = e(1 + difference[1] / share), e_value_limit = e(1 + difference[3] / share),
  e_value_mean = e(exp(.91 * mean_difference[1] / sd_y)), e_value_mean_limit = e(exp(.91 * mean_difference[2] / sd_y)),
  partial_r2 = r2(lm(y ~ need + worse, data), full), robustness_value = rv, robustness_value_limit = rv_limit,
  effect = s[["Estimate"]], effect_se = s[["Std. Error"]], need = bound("need"), worse = bound("worse"),
  missing = c(missing(1), missing(0)), tipping_0 = turns(0), tipping_up = turns(.3 * unit), tipping_down = turns(-.2 * unit),
  without = range(without), control = control[2, "beta"], control_se = control[2, "SE"])
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
