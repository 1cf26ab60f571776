# Reference values for funnel plots: z, over-dispersion (outer tenths drawn in from 20 units) and additive random effects in base R;
# without drawing in and against the common share the variance between units is DerSimonian-Laird's, by metafor; indirect
# standardisation by ave. Run in this folder: Rscript monitoring_funnel.R > monitoring_funnel.json
suppressPackageStartupMessages({library(metafor); library(jsonlite)})
script <- "monitoring_funnel.R"; used <- c("metafor")
funnel <- function(o, n, e) {
  s <- sqrt((1 - e / n) / e); y <- o / e; z <- (y - 1) / s; w <- 1 / s^2; k <- length(o); zw <- z
  if (k >= 20) { q <- quantile(z, c(.1, .9), names = FALSE); zw <- pmin(pmax(z, q[1]), q[2]) }
  phi <- mean(zw^2); tau2 <- max(0, (k * phi - (k - 1)) / (sum(w) - sum(w^2) / sum(w)))
  list(ratio = y, z = z, phi = phi, tau = sqrt(tau2), after = (y - 1) / sqrt(s^2 + tau2))
}
set.seed(3)
few <- list(n = c(220, 180, 400, 350, 150, 600, 240, 310)); few$o <- rbinom(8, few$n, plogis(rnorm(8, -1, .35)))
many <- list(n = round(runif(30, 150, 2500))); many$e <- many$n * runif(30, .15, .3)
many$o <- rbinom(30, many$n, many$e / many$n * exp(rnorm(30, 0, .15)))
p <- sum(few$o) / sum(few$n); s2 <- (1 - p) / (few$n * p)
n <- 400; team <- sample(c("A", "B", "C"), n, TRUE); heavy <- rbinom(n, 1, c(A = .2, B = .5, C = .8)[team])
kind <- sample(c("couple", "family"), n, TRUE); y <- rbinom(n, 1, .2 + .3 * heavy)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  few = c(few, funnel(few$o, few$n, few$n * p)), many = c(many, funnel(many$o, many$n, many$e)),
  metafor_tau = sqrt(rma(few$o / (few$n * p), s2, method = "DL")$tau2),
  families = list(y = y, team = team, heavy = heavy, kind = kind,
    expected = as.vector(tapply(ave(y, heavy, kind), team, sum)), observed = as.vector(tapply(y, team, sum))))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
