# Reference values for change within people: clustered shares and means, and regression to the mean.
# Run in this folder: Rscript effects_before_after.R > effects_before_after.json
suppressPackageStartupMessages({library(clubSandwich); library(truncnorm); library(jsonlite)})
script <- "effects_before_after.R"

set.seed(20261)
n <- 400; G <- 12; r <- .8; mu <- 10; s <- 6; cut <- 12
data <- data.frame(cluster = sample(G, n, replace = TRUE), helped = rbinom(n, 1, .7))
team <- rnorm(G, 0, 1)[data$cluster]
true <- rnorm(n, mu, s * sqrt(r))
data$before <- round(true + rnorm(n, 0, s * sqrt(1 - r)), 2)
data$after <- round(true + team - 1.5 * data$helped + rnorm(n, 0, s * sqrt(1 - r)), 2)
data$after[seq_len(n) %% 9 == 0] <- NA

mean_cr2 <- function(values, cluster) {
  model <- lm(v ~ 1, data.frame(v = values))
  test <- coef_test(model, vcov = vcovCR(model, cluster = cluster, type = "CR2"), test = "Satterthwaite")
  half <- qt(.975, test$df_Satt) * test$SE
  list(value = mean(values), se = test$SE, df = test$df_Satt, low = mean(values) - half, high = mean(values) + half)
}
share_cr2 <- function(values, cluster) {
  m <- mean_cr2(as.numeric(values), cluster); p <- m$value
  half <- qt(.975, m$df) * m$se / (p * (1 - p))
  list(value = p, se = m$se, low = plogis(qlogis(p) - half), high = plogis(qlogis(p) + half))
}
around <- function(value, spread, cluster) {
  m <- mean_cr2(spread, cluster); half <- qt(.975, m$df) * m$se
  list(value = value, se = m$se, low = value - half, high = value + half)
}

entered <- subset(data, before >= cut); mine <- subset(entered, helped == 1 & !is.na(after))
others <- subset(entered, helped == 0 & !is.na(after))
change <- mine$after - mine$before
needed <- qnorm(.975) * s * sqrt(2) * sqrt(1 - r)
peak <- (1 - r) * (mu - etruncnorm(a = cut, b = Inf, mean = mu, sd = s))
expected <- (1 - r) * (mu - mine$before)

out <- list(
  R = R.version.string,
  packages = lapply(c(clubSandwich = "clubSandwich", truncnorm = "truncnorm"), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"), data = data,
  followed_up = mean(!is.na(subset(entered, helped == 1)$after)), change_needed = needed,
  people_worse = share_cr2(change > needed, mine$cluster),
  people_unchanged = share_cr2(abs(change) <= needed, mine$cluster),
  people_better = share_cr2(change < -needed, mine$cluster),
  mean_change = mean_cr2(change, mine$cluster),
  peak_change = around(peak, change, mine$cluster),
  peak_change_linear = around(mean(expected), change - expected, mine$cluster),
  natural_change = mean_cr2(others$after - others$before, others$cluster))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16), pretty = FALSE, na = "string"))
