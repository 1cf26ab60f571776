# Reference values for measurement invariance of ordered items: lavaan::cfa (WLSMV, delta parameterisation) of the models of Wu and Estabrook
# (2016) as semTools::measEq.syntax writes them, and lavaan::lavTestLRT (Satorra 2000) of each against the one before. In `yes_no` (two steps)
# scalar invariance stands against the configural model, written out by hand. Run in this folder: Rscript invariance_ordinal.R > invariance_ordinal.json
suppressPackageStartupMessages({library(lavaan); library(semTools); library(jsonlite)})
script <- "invariance_ordinal.R"; used <- c("lavaan", "semTools")
draw <- function(n, groups, cuts, shift = 0, tilt = 0) {
  g <- rep(letters[seq_len(groups)], length.out = n); b <- g == "b"
  f <- rnorm(n, ifelse(b, .4, 0), ifelse(b, 1.2, 1)); a <- c(.8, .7, .6, .75, .65)
  x <- sapply(1:5, function(i) findInterval((a[i] + tilt * b * (i == 3)) * f + shift * b * (i == 2) + sqrt(1 - a[i]^2) * rnorm(n), cuts[[i]]))
  data.frame(setNames(as.data.frame(x), paste0("i", 1:5)), group = g)
}
items <- paste0("i", 1:5); model <- "f =~ i1 + i2 + i3 + i4 + i5"
equal <- list(configural = "", thresholds = "thresholds", metric = c("thresholds", "loadings"), scalar = c("thresholds", "loadings", "intercepts"))
fitted <- function(d, syntax) {
  f <- cfa(syntax, d, group = "group", ordered = items, parameterization = "delta", estimator = "WLSMV", std.lv = TRUE,
           control = list(iter.max = 5000, eval.max = 10000))
  stopifnot(lavInspect(f, "converged")); f
}
measured <- function(f) as.list(unclass(fitMeasures(f, c("chisq.scaled", "df.scaled", "pvalue.scaled", "cfi.scaled", "tli.scaled", "rmsea.scaled", "srmr"))))
against <- function(before, now) {
  t <- as.data.frame(suppressWarnings(lavTestLRT(before, now)))
  list(change = t[2, "Chisq diff"], change_df = t[2, "Df diff"], change_p = t[2, "Pr(>Chisq)"])
}
case <- function(d) {
  written <- lapply(equal, function(e) as.character(measEq.syntax(model, data = d, ordered = items, parameterization = "delta", ID.fac = "std.lv",
    ID.cat = "Wu.Estabrook.2016", group = "group", group.equal = e)))
  fits <- lapply(written, function(s) fitted(d, s))
  out <- lapply(fits, measured)
  for (i in 2:4) if (out[[i]]$df.scaled > out[[i - 1]]$df.scaled) out[[i]] <- c(out[[i]], against(fits[[i - 1]], fits[[i]]))
  one <- lavInspect(fits$configural, "gamma"); obs <- lavTech(fits$configural, "wls.obs")
  c(list(forms = d, seen = lapply(unname(obs), as.numeric), gamma = lapply(unname(one), function(g) unname(diag(unclass(g))))), out)
}
two_steps <- function(d) {
  each <- function(before, after) paste(sapply(1:5, function(i) sprintf("%si%d%s%d", before, i, after, i)), collapse = "\n")
  whole <- paste("f =~ c(NA, NA)*i1 + c(l1, l1)*i1 + c(l2, l2)*i2 + c(l3, l3)*i3 + c(l4, l4)*i4 + c(l5, l5)*i5",
    paste(sprintf("i%d | c(t%d, t%d)*t1\ni%d ~*~ c(1, NA)*i%d", 1:5, 1:5, 1:5, 1:5, 1:5), collapse = "\n"),
    "f ~ c(0, NA)*1\nf ~~ c(1, NA)*f", sep = "\n")
  a <- fitted(d, model); b <- fitted(d, whole)
  list(forms = d, configural = measured(a), scalar = c(measured(b), against(a, b)))
}
set.seed(31)
three <- rep(list(c(-.3, .8)), 5); five <- list(c(-1, -.2, .5, 1.2), c(-.8, 0, .6, 1.3), c(-1.2, -.5, .2, 1), c(-.6, .1, .7, 1.4), c(-1, -.4, .4, 1.1))
mixed <- list(c(-.3, .8), c(-1, -.2, .5, 1.2), c(-.6, .2, .9), c(-.2, .7), c(-1, 0, 1))
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  three_points = case(draw(500, 2, three)), five_points = case(draw(450, 2, five, .7)), three_groups = case(draw(690, 3, mixed, .3, .5)),
  yes_no = two_steps(draw(700, 2, list(0, .5, -.4, .2, .3), .4)))
cat(toJSON(out, auto_unbox = TRUE, digits = I(14)))
