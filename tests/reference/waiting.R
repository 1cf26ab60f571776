# Reference values for waiting times: survival::survfit, log-log intervals. Run in this folder: Rscript waiting.R > waiting.json
suppressPackageStartupMessages({library(survival); library(jsonlite)})
script <- "waiting.R"; used <- c("survival")
set.seed(11)
time <- round(rexp(120, 1 / 30)) + 1; ended <- rbinom(120, 1, .8)
m <- survfit(Surv(time, ended) ~ 1, conf.type = "log-log")
s <- summary(m, times = c(7, 30, 90))
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  time = time, ended = ended, median = unname(summary(m)$table[c("median", "0.95LCL", "0.95UCL")]),
  days = c(7, 30, 90), share = 1 - s$surv, low = 1 - s$upper, high = 1 - s$lower)
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
