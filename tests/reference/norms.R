# Reference values for norms: average ranks of base R (Rankit, as cNORM's default for ties), qbeta for the interval of
# Clopper and Pearson, lm on raw powers of normal score and age, uniroot to turn a curve round, and redraws within age.
# Run in this folder: Rscript norms.R > norms.json. The last case needs elfe.csv of cNORM beside the checkout
# (../../../shared/data); of it only results are stored.
suppressPackageStartupMessages(library(jsonlite))
script <- "norms.R"; used <- c("stats", "jsonlite")

share <- function(raw) (rank(raw, ties.method = "average") - .5) / length(raw)
by_score <- function(raw) {
  p <- share(raw); n <- length(raw); one <- !duplicated(raw); o <- order(raw[one]); x <- (p * n)[one][o]
  data.frame(raw = raw[one][o], rank = 100 * x / n, t = 50 + 10 * qnorm(x / n),
    low = 100 * qbeta(.025, x, n - x + 1), high = 100 * qbeta(.975, x + 1, n - x))
}
model <- function(d) {  # the whole cubic; with three ages powers of age up to the second
  d$L <- ave(d$raw, d$age, FUN = function(r) qnorm(share(r)))
  k <- min(3, length(unique(d$age)) - 1)
  fit <- lm(raw ~ (L + I(L^2) + I(L^3)) * (age + I(age^2) + I(age^3)), d)
  if (k < 3) fit <- lm(raw ~ (L + I(L^2) + I(L^3)) * (age + I(age^2)), d)
  list(fit = fit, L = range(d$L))
}
turned <- function(m, age, raw) {
  f <- function(L) predict(m$fit, data.frame(L = L, age = age)) - raw
  grid <- seq(m$L[1], m$L[2], length.out = 400); v <- f(grid); at <- which(v[-1] >= 0 & v[-400] < 0)[1]
  if (is.na(at)) return(NA)
  50 + 10 * uniroot(f, grid[at + 0:1], tol = 1e-13)$root
}
redrawn <- function(d, age, raw, times) {
  ends <- replicate(times, { i <- unlist(lapply(split(seq_len(nrow(d)), d$age), function(i) sample(i, replace = TRUE)))
    m <- model(d[i, ]); f <- cummax(predict(m$fit, data.frame(L = (g <- seq(m$L[1], m$L[2], length.out = 300)), age = age)))
    if (raw > f[300]) Inf else if (raw < f[1]) -Inf else g[which(f >= raw)[1]] })
  50 + 10 * quantile(ends, c(.025, .975), type = 1, names = FALSE)
}
running <- function(d, ages, raws) lapply(ages, function(a) list(age = a, raw = raws, t = sapply(raws, function(r) turned(model(d), a, r))))
set.seed(31)
d <- data.frame(age = rep(6:9, each = 75), sex = rep(c("f", "m"), 150))
d$raw <- pmin(20, pmax(0, round(2 + 1.6 * (d$age - 5) + (d$sex == "f") + rgamma(300, 4, .8) * (1 + .1 * d$age) - 4)))
small <- subset(d, age < 9)
e <- read.csv("../../../shared/data/norms-elfe/elfe.csv"); names(e)[names(e) == "group"] <- "age"; oldest <- e$raw[e$age == 5]
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  forms = d, groups = lapply(split(d, d$sex), function(x) by_score(x$raw)),
  running = running(d, c(6, 7.5, 9), c(3, 6, 9, 12)), three_ages = running(small, c(6, 7.25), c(4, 8)),
  redrawn = lapply(c(7, 9, 12), function(r) list(age = 7.5, raw = r, ends = redrawn(d, 7.5, r, 1000))),
  elfe = list(oldest = by_score(oldest), normal = 50 + 10 * (28 - mean(oldest)) / sd(oldest), at_top = mean(oldest == 28),
    running = running(e, c(2, 3.5, 5), c(8, 14, 20, 22))))
cat(toJSON(out, auto_unbox = TRUE, digits = I(14)))
