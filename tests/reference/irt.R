# Reference values for item response models: ltm (rasch, grm), lme4::glmer (Rasch as a mixed model), and the same
# likelihood written out here with 401 evenly spaced points, for standard errors and at the top to more digits than ltm
# stops at; `exact` is that. Run in this folder: Rscript irt.R > irt.json. Patterns of the LSAT: Bock & Lieberman (1970), table 1.
# The last case needs verbal_aggression.csv of psychotools beside the checkout (../../../shared/data); of it only
# results are stored.
suppressPackageStartupMessages({library(ltm); library(lme4); library(numDeriv); library(jsonlite)})
script <- "irt.R"; used <- c("ltm", "lme4", "numDeriv")
z <- seq(-8, 8, length.out = 401); prior <- dnorm(z) / sum(dnorm(z))

chances <- function(a, b, at = z) {  # rows: levels; columns: points; b holds the difficulties of one item
  up <- rbind(1, plogis(a * outer(-b, at, "+")), 0); up[-nrow(up), , drop = FALSE] - up[-1, , drop = FALSE]
}
split_up <- function(par, k, one) {  # par: (a, b...) of each item, or one a and then all b
  out <- list(); at <- if (one) 1 else 0
  for (m in k) { out[[length(out) + 1]] <- if (one) list(a = par[1], b = par[at + seq_len(m - 1)]) else
    list(a = par[at + 1], b = par[at + 1 + seq_len(m - 1)]); at <- at + m - one }
  out
}
joint <- function(items, x) {
  like <- matrix(1, nrow(x), length(z))
  for (j in seq_along(items)) { p <- chances(items[[j]]$a, items[[j]]$b); some <- !is.na(x[, j])
    like[some, ] <- like[some, ] * p[x[some, j], , drop = FALSE] }
  sweep(like, 2, prior, "*")
}
exact <- function(x, start, one) {
  x <- as.matrix(x); k <- apply(x, 2, max, na.rm = TRUE)
  key <- apply(x, 1, paste, collapse = "|"); n <- table(key); u <- x[match(names(n), key), , drop = FALSE]
  minus <- function(par) { value <- -sum(n * log(rowSums(joint(split_up(par, k, one), u)))); if (is.finite(value)) value else 1e10 }
  fit <- nlm(minus, start, gradtol = 1e-10, steptol = 1e-12, iterlim = 1000, ndigit = 14)$estimate
  for (i in 1:2) fit <- fit - solve(hessian(minus, fit), grad(minus, fit))
  se <- sqrt(diag(solve(hessian(minus, fit)))); items <- split_up(fit, k, one); errors <- split_up(se, k, one)
  info <- function(at) sapply(items, function(i) { h <- 1e-4; p <- chances(i$a, i$b, at)
    d <- (chances(i$a, i$b, at + h) - chances(i$a, i$b, at - h)) / (2 * h); colSums(d^2 / p) })
  j <- joint(items, u); post <- j / rowSums(j); mean <- c(post %*% z); sd <- sqrt(c(post %*% z^2) - mean^2)
  spread <- var(rep(mean, n)); at <- c(-3, -1, 0, 1.5)
  list(items = items, errors = errors, log_likelihood = -minus(fit), at = at, information = info(at),
    marginal = integrate(function(t) { i <- rowSums(info(t)); i / (i + 1) * dnorm(t) }, -8, 8, rel.tol = 1e-10)$value,
    empirical = spread / (spread + sum(n * sd^2) / sum(n)),
    patterns = head(u, 5), eap = head(mean, 5), eap_sd = head(sd, 5))
}
totals <- function(x, start) {  # complete yes-no items of one slope: sums of items and of people say all. start: a, b...
  s <- colSums(x); n <- table(rowSums(x)); t <- as.integer(names(n))
  minus <- function(par) { a <- par[1]; b <- par[-1]
    rest <- rowSums(-log1p(exp(a * outer(z, b, "-")))) + log(prior)
    -(sum(-a * b * s) + sum(n * log(colSums(exp(outer(z, t) * a + rest))))) }
  fit <- nlm(minus, start, gradtol = 1e-10, steptol = 1e-12, iterlim = 1000, ndigit = 14)$estimate
  for (i in 1:2) fit <- fit - solve(hessian(minus, fit), grad(minus, fit))
  list(parameters = fit, errors = sqrt(diag(solve(hessian(minus, fit)))), log_likelihood = -minus(fit))
}
draw <- function(n, a, b, blank) {
  f <- rnorm(n)
  x <- as.data.frame(lapply(seq_along(a), function(j) 1L + findInterval(a[j] * f + rlogis(n), a[j] * b[[j]])))
  names(x) <- paste0("i", seq_along(a)); for (j in seq_along(a)) x[runif(n) < blank, j] <- NA; x
}
lsat <- local({
  counts <- c(3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15, 10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298)
  u <- as.matrix(rev(expand.grid(i5 = 0:1, i4 = 0:1, i3 = 0:1, i2 = 0:1, i1 = 0:1))); d <- as.data.frame(u[rep(1:32, counts), ])
  attr(d, "patterns") <- cbind(as.data.frame(u), n = counts); d
})
stopifnot(all(colSums(lsat) == colSums(LSAT)), nrow(lsat) == 1000)
points <- list(GHk = 61, iter.qN = 2000)
rasch_case <- function(x) {
  fit <- rasch(x, control = points); c0 <- coef(fit)
  long <- data.frame(y = unlist(x), item = factor(rep(names(x), each = nrow(x)), levels = names(x)), who = factor(rep(seq_len(nrow(x)), ncol(x))))
  g <- glmer(y ~ 0 + item + (1 | who), long, binomial, nAGQ = 25, control = glmerControl(optCtrl = list(xtol_rel = 1e-9, ftol_abs = 1e-12)))
  list(ltm = list(difficulty = c0[, 1], discrimination = unname(c0[1, 2]), log_likelihood = as.numeric(logLik(fit))),
    glmer = list(sd = sqrt(VarCorr(g)$who[1]), easiness = unname(fixef(g))))
}
set.seed(11)
ordered <- draw(500, c(1.2, 2, .8, 1.5), list(c(-1, .2, 1.3), c(-.7, .6), c(-1.5, 0, 2), c(.4)), 0)
blanks <- draw(450, c(1.4, 1, 1.8, .9, 1.3), list(c(-1, .5), c(-.3, 1), c(0), c(-1.2, .1, 1.1), c(.8)), .12)
blanks <- blanks[rowSums(!is.na(blanks)) > 0, ]
yes_no <- draw(400, rep(1.3, 6), as.list(c(-1.5, -.8, 0, .2, .9, 1.6)), .1) - 1
start <- function(x) { f <- coef(grm(x, control = points)); unlist(lapply(if (is.list(f)) f else asplit(f, 1), function(v) c(abs(v[length(v)]), v[-length(v)] * sign(v[length(v)])))) }
graded_case <- function(x) { g <- grm(x, control = points)
  f <- coef(g); list(forms = x, ltm = list(items = if (is.list(f)) f else asplit(f, 1), log_likelihood = as.numeric(logLik(g))), exact = exact(x, start(x), FALSE)) }
one_start <- function(r) c(r$ltm$discrimination, r$ltm$difficulty)
lsat_r <- rasch_case(lsat); yes_r <- rasch_case(yes_no)
va <- read.csv("../../../shared/data/verbal-aggression/verbal_aggression.csv")[, 1:24]
real <- as.data.frame(lapply(va, function(v) as.integer(as.character(v) != "no" & as.character(v) != "0"))); real_r <- rasch_case(real)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  lsat = c(list(patterns = attr(lsat, "patterns")), lsat_r, list(exact = exact(lsat + 1, one_start(lsat_r), TRUE))),
  yes_no = c(list(forms = yes_no), yes_r, list(exact = exact(yes_no + 1, one_start(yes_r), TRUE))),
  verbal = c(real_r, list(exact = totals(real, one_start(real_r)))), ordered = graded_case(ordered), blanks = graded_case(blanks))
cat(toJSON(out, auto_unbox = TRUE, digits = I(14), na = "string"))
