# Reference values for reliable change, written out in base R. Run in this folder: Rscript change.R > change.json
suppressPackageStartupMessages(library(jsonlite))
script <- "change.R"; used <- c("stats")
before <- c(20, 18, 15, 9, 12, 22, 25, 17, 14, 19, 21, 8, 16, 23, 18, 20)
after  <- c( 8, 17, 24, 9, 11,  7, 12, 17, 20, 10, 21, 6, 15, 14,  9, 12)
r <- 0.88; cut <- 10.5
needed <- qnorm(.975) * sd(before) * sqrt(2) * sqrt(1 - r)
better <- before - after > needed; worse <- after - before > needed
share <- function(x) { w <- prop.test(sum(x), length(x), correct = FALSE)$conf.int; c(mean(x), w[1], w[2]) }
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  before = before, after = after, reliability = r, cutoff = cut, change_needed = needed,
  reliably_worse = share(worse), unchanged = share(!better & !worse),
  reliably_better = share(better & after >= cut), recovered = share(better & after < cut))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
