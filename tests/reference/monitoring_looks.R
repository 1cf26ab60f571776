# Reference values for looks over time, in base R: the width of the normal mixture (its narrowest place by uniroot), and the
# uniform mixture for a share (its ends by uniroot). Run in this folder: Rscript monitoring_looks.R > monitoring_looks.json
suppressPackageStartupMessages({library(jsonlite)})
script <- "monitoring_looks.R"; used <- c("stats")
alpha <- .05
times <- function(r) sqrt(2 * (r + 1) / r * log(sqrt(r + 1) / alpha))   # r: t rho^2
narrowest <- uniroot(function(r) r - log(r + 1) + 2 * log(alpha), c(1, 50), tol = 1e-14)$root
share <- function(s, n) {
  times_log <- function(k, x) if (k == 0) 0 else k * log(x)
  over <- function(p) lbeta(s + 1, n - s + 1) - times_log(s, p) - times_log(n - s, 1 - p) + log(alpha)
  low <- if (s == 0) 0 else uniroot(over, c(1e-12, s / n), tol = 1e-14)$root
  high <- if (s == n) 1 else uniroot(over, c(s / n, 1 - 1e-12), tol = 1e-14)$root
  c(low, high)
}
set.seed(5)
n <- 160; look <- rep(1:4, each = 40); y <- round(rexp(n, 1 / 4), 3); arm <- rep(0:1, n / 2); team <- (seq_len(n) * 7) %% 16
yes <- as.numeric(y > 3); first <- 40
errors <- function(influence, cluster) { g <- rowsum(influence, cluster); sqrt(sum(g^2) * length(g) / (length(g) - 1)) }
interval <- function(value, se, plain, n) {
  half <- se * times(narrowest * n * (plain / se)^2 / first); c(value, value - half, value + half, se)
}
mean_at <- function(k, cluster) {
  here <- look <= k; e <- (y[here] - mean(y[here])) / sum(here)
  interval(mean(y[here]), errors(e, cluster[here]), errors(e, seq_len(sum(here))), sum(here))
}
difference_at <- function(k, cluster) {
  here <- look <= k; a <- y[here & arm == 1]; b <- y[here & arm == 0]
  e <- ifelse(arm == 1, (y - mean(a)) / length(a), -(y - mean(b)) / length(b))[here]
  interval(mean(a) - mean(b), errors(e, cluster[here]), errors(e, seq_len(sum(here))), sum(here))
}
own <- seq_len(n)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  y = y, look = look, arm = arm, team = team, yes = yes, narrowest = narrowest, times = times(c(1, 5, 20, 400)),
  mean = lapply(1:4, mean_at, own), mean_team = lapply(1:4, mean_at, team),
  difference = lapply(1:4, difference_at, own), difference_team = lapply(1:4, difference_at, team),
  share = lapply(1:4, function(k) c(mean(yes[look <= k]), share(sum(yes[look <= k]), sum(look <= k)))),
  ends = list(none = share(0, 20), all = share(20, 20)))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
