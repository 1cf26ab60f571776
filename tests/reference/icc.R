# Reference values for the intraclass correlations: psych::ICC by analysis of variance.
# Run in this folder: Rscript icc.R > icc.json
suppressPackageStartupMessages({library(psych); library(jsonlite)})
script <- "icc.R"; used <- c("psych")

case <- function(x) {
  r <- ICC(x, lmer = FALSE, missing = FALSE)$results
  list(ratings = x, value = r$ICC, low = r[["lower bound"]], high = r[["upper bound"]], F = r$F, df1 = r$df1, df2 = r$df2, p = r$p)
}
# Six targets, four judges: Shrout and Fleiss (1979), table 2
six <- data.frame(A = c(9, 6, 8, 7, 10, 6), B = c(2, 1, 4, 1, 5, 2), C = c(5, 3, 6, 2, 6, 4), D = c(8, 2, 8, 6, 9, 7))
set.seed(7)
unit <- rnorm(40, 50, 8)
forty <- as.data.frame(sapply(c(0, 1, -2), function(shift) round(unit + shift + rnorm(40, 0, 4), 2)))
noise <- as.data.frame(matrix(round(rnorm(60), 2), 20))
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"), six = case(six), forty = case(forty), noise = case(noise))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
