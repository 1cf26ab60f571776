# Reference values for latent classes: EM from its definition in base R (codes with blanks), flexmix for yes and no,
# mclust for the adjusted Rand index, matrix algebra for means corrected by Bolck, Croon and Hagenaars.
# Run in this folder: Rscript latent_classes.R > latent_classes.json
suppressPackageStartupMessages({library(jsonlite); library(mclust); library(flexmix)})
script <- "latent_classes.R"; used <- c("mclust", "flexmix", "stats")
set.seed(7); n <- 420
asked <- c("t1", "t2", "s1", "s2", "c1", "c2")
class <- sample(1:3, n, replace = TRUE, prob = c(.5, .3, .2))
own <- list(3:4, 1:2, 5:6)  # which indicators are high in which class
x <- sapply(1:6, function(j) ifelse(sapply(class, function(k) j %in% own[[k]]),
  sample(0:2, n, TRUE, c(.1, .2, .7)), sample(0:2, n, TRUE, c(.7, .2, .1))))
x[matrix(runif(n * 6) < .07, n)] <- NA; colnames(x) <- asked
em <- function(x, k, starts = 40) {
  best <- NULL
  for (s in 1:starts) {
    r <- matrix(runif(nrow(x) * k), nrow(x)); r <- r / rowSums(r); last <- -Inf
    repeat {
      size <- colMeans(r)
      p <- lapply(1:k, function(j) sapply(1:ncol(x), function(i) { ok <- !is.na(x[, i])
        sapply(0:2, function(v) sum(r[ok & x[, i] == v, j])) / sum(r[ok, j]) }))
      ll <- sapply(1:k, function(j) log(size[j]) + rowSums(sapply(1:ncol(x), function(i) {
        q <- log(pmax(p[[j]][x[, i] + 1, i], 1e-15)); ifelse(is.na(x[, i]), 0, q) })))
      ll <- matrix(ll, nrow(x)); m <- apply(ll, 1, max); t <- m + log(rowSums(exp(ll - m))); r <- exp(ll - t)
      if (sum(t) - last < 1e-10 * nrow(x)) break
      last <- sum(t)
    }
    if (is.null(best) || sum(t) > best$loglik) best <- list(loglik = sum(t), r = r, size = size, p = p)
    if (k == 1) break
  }
  best
}
told <- function(m, k) {
  free <- k - 1 + k * 12; given <- max.col(m$r, ties.method = "first"); l <- pmax(m$r, 1e-300)
  list(loglik = m$loglik, aic = -2 * m$loglik + 2 * free, bic = -2 * m$loglik + log(n) * free,
    bic_adjusted = -2 * m$loglik + log((n + 2) / 24) * free,
    entropy = if (k == 1) 1 else 1 + sum(m$r * log(l)) / (n * log(k)), smallest = min(colSums(m$r)) / n,
    posterior = min(sapply(1:k, function(j) mean(m$r[given == j, j]))))
}
models <- lapply(1:4, function(k) em(x, k))
m <- models[[3]]; o <- order(-m$size); r <- m$r[, o]; given <- max.col(r, ties.method = "first")
code <- sapply(1:6, function(i) sapply(o, function(j) m$p[[j]][3, i])); colnames(code) <- asked
bch <- function(r, y, z, id) {
  w <- diag(ncol(r))[max.col(r, ties.method = "first"), ]
  D <- t(r) %*% w / colSums(r); B <- w %*% solve(D)
  cell <- function(j, a) { v <- B[, j] * (z == a); mu <- sum(v * y) / sum(v)
    list(mu = mu, e = tapply(v * (y - mu) / sum(v), id, sum), weight = sum(v)) }
  cells <- lapply(1:ncol(r), function(j) lapply(sort(unique(z)), function(a) cell(j, a)))
  G <- length(unique(id)); f <- G / (G - 1)
  if (length(unique(z)) == 1) return(lapply(cells, function(c) { se <- sqrt(f * sum(c[[1]]$e^2))
    list(value = c[[1]]$mu, se = se, low = c[[1]]$mu - qt(.975, G - 1) * se, weight = c[[1]]$weight) }))
  d <- sapply(cells, function(c) c[[2]]$mu - c[[1]]$mu); E <- sapply(cells, function(c) c[[2]]$e - c[[1]]$e)
  V <- f * crossprod(E); K <- cbind(-1, diag(length(d) - 1)); Kd <- K %*% d
  list(value = d, se = sqrt(diag(V)),
    p = pchisq(sum(Kd * solve(K %*% V %*% t(K), Kd)), length(d) - 1, lower.tail = FALSE))
}
z <- rbinom(n, 1, .5); id <- sample(1:60, n, replace = TRUE)
y <- class + z * (class == 2) + rnorm(n) + rnorm(60)[id]
yes <- ifelse(is.na(x), 0, x >= 1) * 2
set.seed(3)
two <- stepFlexmix(I(yes / 2) ~ 1, k = 3, model = FLXMCmvbinary(), nrep = 30, verbose = FALSE,
  control = list(tolerance = 1e-12, iter.max = 5000, minprior = 0))
half <- sample(n, n / 2)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"), codes = as.data.frame(x),
  models = lapply(1:4, function(k) told(models[[k]], k)), size = m$size[o], code = as.data.frame(code),
  posterior = r, rand = adjustedRandIndex(given, class), given = given, class = class,
  y = y, z = z, id = id, mean = bch(r, y, rep(0, n), 1:n), mean_clustered = bch(r, y, rep(0, n), id),
  effect = bch(r, y, z, id), yes = setNames(as.data.frame(yes), asked), flexmix = as.numeric(logLik(two)))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16), na = "string"))
