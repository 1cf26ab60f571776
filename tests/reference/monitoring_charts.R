# Reference values for control charts in base R (Debian has no qcc): XmR limits, p' limits of Laney, the season as earlier years show
# it, and the four rules, each by rle or by a loop. Run in this folder: Rscript monitoring_charts.R > monitoring_charts.json
suppressPackageStartupMessages({library(jsonlite)})
script <- "monitoring_charts.R"; used <- c("stats")
xmr <- function(x) { m <- mean(x); r <- 2.66 * mean(abs(diff(x))); c(m, m - r, m + r) }
laney <- function(x, n) {
  p <- sum(x) / sum(n); s <- sqrt(p * (1 - p) / n); z <- (x / n - p) / s; sz <- mean(abs(diff(z))) / 1.128
  list(centre = p, low = pmax(p - 3 * s * sz, 0), high = pmin(p + 3 * s * sz, 1))
}
deseason <- function(x, len) {
  year <- (seq_along(x) - 1) %/% len; place <- (seq_along(x) - 1) %% len
  apart <- x - ave(x, year)
  sapply(seq_along(x), function(i) {
    earlier <- year < year[i] & place == place[i]
    if (year[i] < 2) NA else x[i] - mean(apart[earlier])
  })
}
inrun <- function(s, least) { r <- rle(s); rep(ifelse(r$lengths >= least, r$values, 0), r$lengths) }
shift <- function(x) inrun(sign(x - mean(x)), 7)
trend <- function(x) {
  s <- sign(diff(x)); out <- rep(0, length(x)); k <- length(x)
  for (i in seq_len(k - 6)) if (abs(sum(s[i:(i + 5)])) == 6) out[i:(i + 6)] <- s[i]
  out
}
two <- function(x) {
  l <- xmr(x); side <- sign(x - l[1]); third <- (l[3] - l[1]) * 2 / 3; out <- rep(0, length(x))
  close <- abs(x - l[1]) > third & x <= l[3] & x >= l[2]
  for (i in seq_len(length(x) - 2)) { w <- i:(i + 2)
    if (abs(sum(side[w])) == 3 && sum(close[w]) >= 2) out[w[close[w]]] <- side[i] }
  out
}
beyond <- function(x) { l <- xmr(x); (x > l[3]) - (x < l[2]) }
set.seed(12)
x <- round(10 + c(rnorm(12), rnorm(9, 1.2), 8:15 / 2, rnorm(15)), 2); x[40] <- 18
n <- round(runif(30, 500, 5000)); p <- plogis(rnorm(30, -1.5, .15)); count <- rbinom(30, n, p)
seasonal <- round(50 + 8 * sin(2 * pi * (1:50) / 12) + rnorm(50), 2)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  x = x, limits = xmr(x), beyond_limits = beyond(x), shift = shift(x), trend = trend(x), near_limits = two(x),
  count = count, n = n, laney = laney(count, n), seasonal = seasonal, without = deseason(seasonal, 12)[25:50])
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
