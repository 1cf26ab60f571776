# Reference values for agreement: irrCAC (Gwet's own package) and irr, which are on CRAN.
# Run in this folder: Rscript agreement.R > agreement.json
# The functions on raw ratings are the reference (krippen.alpha.dist has another small-sample term and standard error
# than krippen.alpha.raw and the published table); they round to 5 decimals, which is taken out here.
# irr::kripp.alpha is the second opinion where ratings are missing; without gaps its 0.84.1 counts three raters as two.
suppressPackageStartupMessages({library(irrCAC); library(irr); library(psych); library(jsonlite)})
script <- "agreement.R"; used <- c("irrCAC", "irr", "psych")

spread <- function(x, levels) t(apply(x, 1, function(row) table(factor(row, levels))))
unrounded <- function(name) {
  f <- getExportedValue("irrCAC", name)
  environment(f) <- list2env(list(round = function(x, ...) x), parent = asNamespace("irrCAC")); f
}
ordinal <- function(r) {  # Krippendorff's difference between ordered levels, from how often each is used
  total <- colSums(r[rowSums(r) >= 2, , drop = FALSE]); place <- cumsum(total) - total / 2
  d <- outer(place, place, "-")^2; 1 - d / max(d)
}
pooled <- function(x, levels) {
  krippendorff <- function(method) if (anyNA(x)) kripp.alpha(t(as.matrix(x)), method)$value
  get <- function(name, weights = identity.weights(levels)) {
    found <- unrounded(paste0(name, ".raw"))(x, weights = weights, categ.labels = levels)$est
    list(value = found$coeff.val, se = found$coeff.se)
  }
  list(ratings = x, levels = levels, percent_agreement = get("pa.coeff"), gwet_ac1 = get("gwet.ac1"), fleiss_kappa = get("fleiss.kappa"),
    krippendorff_alpha = c(get("krippen.alpha"), irr = krippendorff("nominal")),
    krippendorff_alpha_ordinal = c(get("krippen.alpha", ordinal(spread(x, levels))), irr = krippendorff("ordinal")),
    krippendorff_alpha_interval = c(get("krippen.alpha", quadratic.weights(levels)), irr = krippendorff("interval")),
    krippendorff_alpha_ratio = c(get("krippen.alpha", ratio.weights(levels)), irr = krippendorff("ratio")))
}
pair <- function(x, levels) {
  m <- table(factor(x[, 1], levels), factor(x[, 2], levels))
  one <- function(w) { f <- kappa2.table(m, weights = w); list(value = f$coeff.val, se = f$coeff.se) }
  fce <- cohen.kappa(as.matrix(unclass(m)))
  list(ratings = x, levels = levels, cohen_kappa = c(one(identity.weights(levels)), psych_se = sqrt(fce$var.kappa)),
    cohen_kappa_linear = one(linear.weights(levels)),
    cohen_kappa_quadratic = one(quadratic.weights(levels)),
    irr = sapply(c("unweighted", "equal", "squared"), function(w) kappa2(x, w)$value))
}
# Four observers, twelve units, Krippendorff (2011), table C
twelve <- data.frame(a = c(1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA), b = c(1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, 3),
  c = c(NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NA), d = c(1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA))
set.seed(5)
true <- sample(1:4, 60, replace = TRUE, prob = c(.4, .3, .2, .1))
rate <- function() pmin(4, pmax(1, true + sample(c(-1, 0, 0, 0, 1), 60, replace = TRUE)))
complete <- data.frame(a = rate(), b = rate(), c = rate())
gaps <- complete; gaps[cbind(sample(60, 25), sample(3, 25, replace = TRUE))] <- NA; gaps[4, ] <- c(NA, 2, NA)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  twelve = pooled(twelve, 1:5), gaps = pooled(gaps, 1:4), complete = pooled(complete, 1:4),
  wide = list(ratings = complete, levels = 1:6, gwet_ac1 = pooled(complete, 1:6)$gwet_ac1),
  pair = pair(complete[, 1:2], 1:4))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
