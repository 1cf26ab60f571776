# Reference values for items that work differently in two groups: log likelihoods of proportional-odds models (rms::lrm,
# MASS::polr as a second), Mantel-Haenszel (mantelhaen.test). Run in this folder: Rscript dif.R > dif.json
suppressPackageStartupMessages({library(rms); library(MASS); library(jsonlite)})
script <- "dif.R"; used <- c("rms", "MASS")

model <- function(item, total, group) {
  y <- factor(item, ordered = TRUE)
  g <- as.integer(factor(group)); dummies <- model.matrix(~ factor(group))[, -1, drop = FALSE]
  ll <- function(X) {
    f <- lrm.fit(X, as.integer(y) - 1, tol = 1e-14, eps = 1e-12, maxit = 100)
    -f$deviance[length(f$deviance)] / 2
  }
  null <- sum(table(y) * log(prop.table(table(y))))
  one <- ll(cbind(total)); two <- ll(cbind(total, dummies)); three <- ll(cbind(total, dummies, dummies * total))
  k <- ncol(dummies)
  list(null = null, one = one, two = two, three = three,
    p = pchisq(2 * (three - one), 2 * k, lower.tail = FALSE), uniform_p = pchisq(2 * (two - one), k, lower.tail = FALSE),
    nonuniform_p = pchisq(2 * (three - two), k, lower.tail = FALSE), r2 = (three - one) / -null)
}
mh <- function(item, total, group) {
  keep <- ave(rep(1, length(item)), total, FUN = length) > 1
  t <- table(group[keep], -item[keep], total[keep])  # the higher answer first
  t <- t[, , apply(t, 3, function(x) sum(x) > 1), drop = FALSE]
  m <- mantelhaen.test(t)
  list(odds_ratio = unname(m$estimate), low = m$conf.int[1], high = m$conf.int[2], p = m$p.value)
}
draw <- function(n, top, shift, k = 6) {
  group <- rep(c("a", "b"), n / 2); f <- rnorm(n)
  items <- sapply(1:k, function(i) findInterval(f + rnorm(n) + (i == 2) * shift * (group == "b"), seq(-.8, .8, length.out = top)))
  data.frame(setNames(as.data.frame(items), paste0("i", 1:k)), group = group)
}
case <- function(d, with_mh) {
  items <- setdiff(names(d), "group"); total <- rowSums(d[, items])
  list(forms = d, items = lapply(setNames(items, items), function(i) {
    out <- model(d[[i]], total, d$group)
    if (with_mh) out$mh <- mh(d[[i]], total, d$group)
    out }))
}
set.seed(5)
three <- draw(300, 2, .6); three$group <- rep(c("a", "b", "c"), 100)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  yes_no = case(draw(240, 1, .9), TRUE),
  ordered = case(draw(260, 3, .8), FALSE),
  three = case(three, FALSE))
near <- array(c(10, 8, 12, 11, 6, 7, 9, 10), c(2, 2, 2))  # so near to 1 that the correction is larger than the difference
out$near <- list(tables = lapply(1:2, function(k) near[, , k]), p = mantelhaen.test(near)$p.value,
  odds_ratio = unname(mantelhaen.test(near)$estimate))
polr_check <- with(out$ordered$forms, {
  total <- rowSums(out$ordered$forms[, 1:6])
  as.numeric(logLik(polr(factor(i2, ordered = TRUE) ~ total, control = list(reltol = 1e-15, maxit = 500))))
})
out$polr_one <- polr_check
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
