# Reference values for ordered answers: polychoric correlations and their asymptotic variances (lavaan, psych), alpha of them (psych), one factor by
# diagonally weighted least squares (lavaan, WLSMV) and categorical omega (Green and Yang 2009, written out from the output of lavaan, and semTools).
# Run in this folder: Rscript ordinal.R > ordinal.json
suppressPackageStartupMessages({library(psych); library(lavaan); library(mvtnorm); library(semTools); library(jsonlite)})
script <- "ordinal.R"; used <- c("psych", "lavaan", "mvtnorm", "semTools")

below <- function(h, k, r) if (h < Inf && k < Inf) pmvnorm(upper = c(h, k), corr = matrix(c(1, r, r, 1), 2), algorithm = Miwa(steps = 512))[1] else pnorm(min(h, k))
omega <- function(fit, items) {
  l <- lavInspect(fit, "est")$lambda[, 1]; th <- lavInspect(fit, "est")$tau[, 1]; who <- sub("\\|.*", "", rownames(lavInspect(fit, "est")$tau))
  top <- bottom <- 0
  for (i in names(l)) for (j in names(l)) {
    ti <- th[who == i]; tj <- th[who == j]; si <- diff(sort(unique(items[[i]]))); sj <- diff(sort(unique(items[[j]])))
    for (a in seq_along(ti)) for (b in seq_along(tj)) {
      apart <- pnorm(ti[a]) * pnorm(tj[b]); both <- below(ti[a], tj[b], l[i] * l[j])
      top <- top + si[a] * sj[b] * (both - apart)
      bottom <- bottom + si[a] * sj[b] * (if (i == j) min(pnorm(ti[a]), pnorm(tj[b])) - apart else both - apart)
    }
  }
  unname(top / bottom)
}
case <- function(items, fitted = TRUE) {
  complete <- items[complete.cases(items), ]; names <- names(items); k <- length(names)
  R <- suppressWarnings(lavCor(complete, ordered = names, output = "cor"))
  out <- list(items = items, n = nrow(complete), above = unname(sapply(complete, function(x) mean(x > min(x)))), R = unname(unclass(R)[names, names]))
  full <- suppressWarnings(lavCor(complete, ordered = names, output = "fit", se = "robust.sem", estimator = "WLSMV"))
  gamma <- lavInspect(full, "gamma"); pairs <- grep("~~", colnames(gamma))
  G <- matrix(0, k, k); G[lower.tri(G)] <- diag(gamma)[pairs]
  out$gamma <- G + t(G); out$order <- colnames(gamma)[pairs][1:min(3, length(pairs))]
  p <- suppressMessages(suppressWarnings(psych::alpha(R, check.keys = FALSE, warnings = FALSE)))
  out$alpha <- p$total$raw_alpha
  if (all(unlist(lapply(combn(k, 2, simplify = FALSE), function(p) table(complete[, p[1]], complete[, p[2]]))) > 0))
    out$psych <- unname(suppressWarnings(suppressMessages(polychoric(sapply(complete, function(x) match(x, sort(unique(x)))), smooth = FALSE, correct = 0)$rho)))
  if (fitted) {
    fit <- cfa(paste("f =~", paste(names, collapse = " + ")), data = complete, std.lv = TRUE, ordered = names, estimator = "WLSMV")
    stopifnot(lavInspect(fit, "converged"))
    out$loadings <- unname(lavInspect(fit, "est")$lambda[, 1]); out$omega <- omega(fit, complete)
    out$semtools <- suppressWarnings(suppressMessages(semTools::reliability(fit)))["omega", 1]
    out$fit <- as.list(unclass(fitMeasures(fit, c("chisq.scaled", "df.scaled", "pvalue.scaled", "cfi.scaled", "tli.scaled", "rmsea.scaled", "rmsea.ci.lower.scaled", "rmsea.ci.upper.scaled", "rmsea.pvalue.scaled", "srmr"))))
  }
  out
}
draw <- function(n, loadings, cuts, missing = 0) {
  f <- rnorm(n)
  items <- mapply(function(l, c) findInterval(l * f + sqrt(1 - l^2) * rnorm(n), c), loadings, cuts)
  items[sample(length(items), missing)] <- NA
  setNames(as.data.frame(items), paste0("item", seq_along(loadings)))
}
set.seed(13)
five <- draw(300, c(.8, .7, .6, .75, .65), list(c(-.5, .4, 1.2), c(-1, 0, 1), c(-.2, .8), c(0, .7, 1.4), c(.3, 1)), 14)
weighed <- five; weighed$item1 <- c(0, 1, 3, 7)[five$item1 + 1]; weighed$item3 <- c(-1, 0, 4)[five$item3 + 1]
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  five = case(five), weighed = case(weighed),
  yes_no = case(draw(250, c(.8, .7, .6, .75, -.5, .65), list(0, .5, -.4, .2, .3, 0))),
  rare = case(draw(120, c(.85, .8, .7, .9), list(c(0, 1.4), c(.5, 1.6), c(.2, 1.5), c(.4, 1.3)))),
  empty = case(data.frame(a = rep(c(0, 0, 1, 1), c(30, 12, 20, 0)), b = rep(c(0, 1, 0, 1), c(30, 12, 20, 0)), c = rep(c(0, 1), 31)), fitted = FALSE))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
