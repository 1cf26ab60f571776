# Reference values for the forms of McGraw and Wong (1996): irr::icc, with F, df and p against a value to beat.
# Run in this folder: Rscript icc_mcgraw_wong.R > icc_mcgraw_wong.json
# Of ICC(A,k) irr 0.84.1 takes df2 (so p and interval) at ICC(A,k) where ICC(A,1) belongs; value and F stand.
suppressPackageStartupMessages({library(irr); library(jsonlite)})
script <- "icc_mcgraw_wong.R"; used <- c("irr")

forms <- list(icc_1_1 = c("oneway", "consistency", "single"), icc_2_1 = c("twoway", "agreement", "single"),
  icc_3_1 = c("twoway", "consistency", "single"), icc_1_k = c("oneway", "consistency", "average"),
  icc_2_k = c("twoway", "agreement", "average"), icc_3_k = c("twoway", "consistency", "average"))
one <- function(x, f, r0) {
  r <- icc(x, model = f[1], type = f[2], unit = f[3], r0 = r0)
  list(name = r$icc.name, value = r$value, low = r$lbound, high = r$ubound, F = r$Fvalue, df = r$df2, p = r$p.value)
}
case <- function(x) list(ratings = x, `0` = lapply(forms, one, x = x, r0 = 0), `0.1` = lapply(forms, one, x = x, r0 = .1),
  `0.5` = lapply(forms, one, x = x, r0 = .5))
six <- data.frame(A = c(9, 6, 8, 7, 10, 6), B = c(2, 1, 4, 1, 5, 2), C = c(5, 3, 6, 2, 6, 4), D = c(8, 2, 8, 6, 9, 7))
set.seed(7)
unit <- rnorm(40, 50, 8)
forty <- as.data.frame(sapply(c(0, 1, -2), function(shift) round(unit + shift + rnorm(40, 0, 4), 2)))
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"), six = case(six), forty = case(forty))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
