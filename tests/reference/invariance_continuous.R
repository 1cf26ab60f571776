# Reference values for measurement invariance of continuous items: lavaan::cfa with group.equal, default likelihood
# "normal" and mean structure. Run in this folder: Rscript invariance_continuous.R > invariance_continuous.json
suppressPackageStartupMessages({library(lavaan); library(jsonlite)})
script <- "invariance_continuous.R"; used <- "lavaan"
draw <- function(n, groups, shift, tilt) {
  g <- rep(letters[seq_len(groups)], length.out = n); b <- g == "b"
  f <- rnorm(n, ifelse(b, .4, 0), ifelse(b, 1.2, 1)); a <- c(1, .8, 1.2, .7, .9)
  x <- sapply(1:5, function(i) round(2 * i + (a[i] + tilt * b * (i == 3)) * f + shift * b * (i == 2) + rnorm(n), 2))
  data.frame(setNames(as.data.frame(x), paste0("i", 1:5)), group = g)
}
case <- function(d) {
  one <- function(equal) {
    f <- cfa("f =~ i1 + i2 + i3 + i4 + i5", d, group = "group", group.equal = equal)
    as.list(fitMeasures(f, c("chisq", "df", "pvalue", "cfi", "rmsea")))
  }
  list(forms = d, configural = one(""), metric = one("loadings"), scalar = one(c("loadings", "intercepts")))
}
set.seed(17)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  same = case(draw(300, 2, 0, 0)), shifted = case(draw(320, 2, .8, 0)), three = case(draw(360, 3, .3, .5)))
cat(toJSON(out, auto_unbox = TRUE, digits = I(14)))
