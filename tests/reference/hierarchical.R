# Reference values for omega hierarchical: Schmid-Leiman of three oblique factors (psych::omega, minres, oblimin, no flipping).
# Run in this folder: Rscript hierarchical.R > hierarchical.json
suppressPackageStartupMessages({library(psych); library(GPArotation); library(jsonlite)})
script <- "hierarchical.R"; used <- c("psych", "GPArotation")

case <- function(items) {
  complete <- items[complete.cases(items), ]
  o <- suppressMessages(suppressWarnings(psych::omega(cor(complete), nfactors = 3, n.obs = nrow(complete), flip = FALSE, plot = FALSE)))
  list(items = items, n = nrow(complete), omega_h = o$omega_h, general = unname(o$schmid$sl[, 1]), gloading = unname(unclass(o$schmid$gloading)[, 1]),
    phi = unname(o$schmid$phi), oblique = unname(unclass(o$schmid$oblique)[, 1:3]))
}
draw <- function(n, general, group, size, top, missing = 0) { # three groups of `size` items
  g <- rnorm(n); f <- sapply(1:3, function(i) rnorm(n)); k <- 3 * size
  items <- sapply(1:k, function(i) round(pmin(top, pmax(0, general[i] * g + group * f[, 1 + (i - 1) %/% size] + rnorm(n, top / 2, 1)))))
  items[sample(length(items), missing)] <- NA
  setNames(as.data.frame(items), paste0("item", 1:k))
}
set.seed(15)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  nine = case(draw(500, rep(c(.9, .7, .6), 3), .8, 3, 4, 5)),
  twelve = case(draw(400, rep(c(1, .8, .9, .5), 3), .7, 4, 4)),
  against = case(draw(600, c(.9, .7, .6, .8, -.9, .7, .9, .6, .8), .7, 3, 4)))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
