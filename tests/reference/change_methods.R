# Reference values for the ways to call a change reliable: the functions of the R package clinicalsignificance 3.0.0 (CRAN).
# It needs packages that Debian lacks; these functions do not. Unpack it, and run in this folder:
# CLINICALSIGNIFICANCE=<its folder> Rscript change_methods.R > change_methods.json
suppressPackageStartupMessages({library(dplyr); library(jsonlite)})
script <- "change_methods.R"; home <- Sys.getenv("CLINICALSIGNIFICANCE")
for (f in c("package-utils.R", "calc_rci.R", "calc_cutoff.R")) source(file.path(home, "R", f))
set.seed(4)
before <- round(rnorm(60, 28, 7)); after <- round(.6 * before + rnorm(60, 2, 6)); r <- .85
people <- data.frame(id = seq_along(before), pre = before, post = after, change = after - before)
share <- function(x) { w <- prop.test(sum(x), length(x), correct = FALSE)$conf.int; c(mean(x), w[1], w[2]) }
told <- function(calc, z, cut) {  # low scores are better
  d <- calc(list(data = people), m_pre = mean(before), sd_pre = sd(before), m_post = mean(after), sd_post = sd(after), reliability = r,
    direction = -1, critical_value = z)$data
  beyond <- after < cut
  list(index = d$rci, reliably_worse = share(d$deteriorated), unchanged = share(d$unchanged),
    reliably_better = share(d$improved & !beyond), recovered = share(d$improved & beyond))
}
en <- function(...) { a <- list(...); calc_rci.cs_en(a[[1]], a$m_pre, a$sd_pre, a$reliability, a$direction, a$critical_value) }
jt <- function(...) { a <- list(...); calc_rci.cs_jt(a[[1]], a$sd_pre, a$reliability, a$direction, a$critical_value) }
# Cut-off b of the package takes the SD of the clinical group; Jacobson and Truax that of the functional group, as written here.
cuts <- sapply(c("a", "b", "c"), function(type) .calc_cutoff_jt(mean(before), sd(before), 15, 5, type, -1)$value); cuts[["b"]] <- 15 + 2 * 5
z <- qnorm(.975)
out <- list(
  R = R.version.string, packages = list(clinicalsignificance = read.dcf(file.path(home, "DESCRIPTION"), "Version")[[1]]),
  script_sha256 = digest::digest(file = script, algo = "sha256"), before = before, after = after, reliability = r, cutoff = 20,
  functional = c(15, 5), cutoffs = as.list(cuts),
  jacobson_truax = told(jt, z, 20), edwards_nunnally = told(en, z, 20), hageman_arrindell = told(calc_rci.cs_ha, z, 20))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
