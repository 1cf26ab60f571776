# Reference values for agreement with weights, for kappas by rater and for agreement per level.
# Run in this folder: Rscript agreement_weighted.R > agreement_weighted.json
# As in agreement.R, what irrCAC rounds to 5 decimals is taken out. Its ratings have no row without any rating here.
# Specific agreement (Cicchetti & Feinstein 1990) is worked out by walking over every pair of ratings.
suppressPackageStartupMessages({library(irrCAC); library(psych); library(epiR); library(jsonlite)})
script <- "agreement_weighted.R"; used <- c("irrCAC", "psych", "epiR")

unrounded <- function(name) {
  f <- getExportedValue("irrCAC", name)
  environment(f) <- list2env(list(round = function(x, ...) x), parent = asNamespace("irrCAC")); f
}
custom <- function(q) { w <- outer(1:q, 1:q, function(i, j) 1 / (1 + (i - j)^2)); w[1, q] <- w[q, 1] <- 0; w }
names_of <- c(percent_agreement = "pa.coeff.raw", gwet_ac2 = "gwet.ac1.raw", brennan_prediger = "bp.coeff.raw",
  fleiss_kappa = "fleiss.kappa.raw", conger_kappa = "conger.kappa.raw", krippendorff_alpha = "krippen.alpha.raw")
pairs_of_unit <- function(row) {  # every ordered pair of two ratings of one unit
  v <- row[!is.na(row)]; if (length(v) < 2) return(NULL)
  p <- expand.grid(i = seq_along(v), j = seq_along(v)); p <- p[p$i != p$j, ]; cbind(v[p$i], v[p$j])
}
specific <- function(x, level) {
  units <- apply(as.matrix(x), 1, pairs_of_unit, simplify = FALSE)
  both <- sapply(units, function(p) if (is.null(p)) 0 else sum(p[, 1] == level & p[, 2] == level))
  one <- sapply(units, function(p) if (is.null(p)) 0 else sum(p[, 1] == level))
  n <- sum(one > 0); value <- sum(both) / sum(one); se <- sqrt(n / (n - 1) * sum((both - value * one)^2)) / sum(one)
  few <- (qnorm(.975) / qt(.975, max(n - 1, 1)))^2  # Korn & Graubard (1998)
  effective <- if (is.na(value) || value %in% 0:1) n else value * (1 - value) / se^2 * few
  ends <- if (n > 0) suppressWarnings(prop.test(value * effective, effective, correct = FALSE))$conf.int else c(NA, NA)
  list(value = value, se = se, n = n, low = ends[1], high = ends[2])
}
case <- function(x, q) {
  levels <- 1:q
  W <- list(identity = identity.weights(levels), linear = linear.weights(levels), quadratic = quadratic.weights(levels),
    ordinal = ordinal.weights(levels), custom = custom(q))
  found <- lapply(W, function(w) lapply(names_of, function(f) {
    e <- unrounded(f)(x, weights = w, categ.labels = levels)$est; list(value = e$coeff.val, se = e$coeff.se)
  }))
  list(ratings = x, levels = levels, custom = custom(q), coefficients = found,
    specific = lapply(levels, function(level) specific(x, level)))
}
two <- function(x, q) {  # two raters: Cohen's kappa and Scott's pi with any weights, Brennan-Prediger (PABAK for q = 2)
  m <- table(factor(x[, 1], 1:q), factor(x[, 2], 1:q))
  one <- function(f, w) { e <- unrounded(f)(m, weights = w); list(value = e$coeff.val, se = e$coeff.se) }
  W <- list(identity = identity.weights(1:q), linear = linear.weights(1:q), quadratic = quadratic.weights(1:q),
    ordinal = ordinal.weights(1:q), custom = custom(q))
  list(ratings = x, levels = 1:q, custom = custom(q),
    cohen_kappa = lapply(W, function(w) one("kappa2.table", w)), scott_pi = lapply(W, function(w) one("scott2.table", w)),
    psych_custom = cohen.kappa(as.matrix(unclass(m)), w = custom(q))$weighted.kappa,
    brennan_prediger = one("bp2.table", identity.weights(1:q)))
}
yes_no <- matrix(c(40, 9, 5, 26), 2)
made <- data.frame(a = rep(c(1, 1, 2, 2), c(40, 5, 9, 26)), b = rep(c(1, 2, 1, 2), c(40, 5, 9, 26)))
kappa <- epi.kappa(yes_no)
set.seed(7)
true <- sample(1:4, 50, replace = TRUE, prob = c(.4, .3, .2, .1))
rate <- function(lean) pmin(4, pmax(1, true + sample(c(-1, 0, 0, 0, 1, lean), 50, replace = TRUE)))
complete <- data.frame(a = rate(1), b = rate(0), c = rate(-1))
gaps <- complete; gaps[cbind(sample(50, 20), sample(3, 20, replace = TRUE))] <- NA
gaps <- gaps[rowSums(!is.na(gaps)) > 0, ]; rownames(gaps) <- NULL
twelve <- data.frame(a = c(1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA), b = c(1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, 3),
  c = c(NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NA), d = c(1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA))
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  twelve = case(twelve, 5), gaps = case(gaps, 4), complete = case(complete, 4), pair = two(complete[, 1:2], 4),
  yes_no = c(two(made, 2), pabak = kappa$pabak$est))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
