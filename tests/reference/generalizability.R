# Reference values for G and D studies: gtheory (on CRAN, after Brennan 2001) and lme4, on data and ends in variance.json.
# Run in this folder, after variance.R: Rscript generalizability.R > generalizability.json
suppressPackageStartupMessages({library(lme4); library(gtheory); library(jsonlite)})
script <- "generalizability.R"; used <- c("lme4", "gtheory")
known <- fromJSON("variance.json")
b <- known$brennan$data; names(b) <- sub("score", "Score", names(b)); for (n in c("case", "task", "rater")) b[[n]] <- factor(b[[n]])
formula <- Score ~ (1 | case) + (1 | task) + (1 | rater) + (1 | case:task)
g <- gstudy(b, formula)
g$components$var <- unlist(known$brennan$components)[g$components$source]  # gstudy lets lmer stop about 1e-3 from the minimum
one <- dstudy(g$components, colname.objects = "case")
mean_of <- function(parts, n) { v <- setNames(parts$var, parts$source); v / n[names(v)] }
many <- mean_of(g$components, c(case = 1, task = 3, rater = 12, "case:task" = 3, Residual = 12))
told <- function(v) { rel <- sum(v[c("case:task", "Residual")]); all <- sum(v) - v[["case"]]
  list(g = v[["case"]] / (v[["case"]] + rel), phi = v[["case"]] / (v[["case"]] + all), sem_relative = sqrt(rel), sem_absolute = sqrt(all)) }
needed <- function(r, w) ceiling(w * (1 - r) / ((1 - w) * r))
u <- known$unbalanced
bonett <- function(r, k, w) ceiling(8 * qnorm(.975)^2 * (1 - r)^2 * (1 + (k - 1) * r)^2 / (k * (k - 1) * w^2) + 1)
plans <- data.frame(icc = c(.5, .7, .7, .85, .9), raters = c(2, 2, 4, 3, 5), width = c(.3, .2, .2, .15, .1))
plans$cases <- mapply(bonett, plans$icc, plans$raters, plans$width)
set.seed(5)  # the width that the F interval of ICC(1) then has, on average
plans$seen <- mapply(function(r, k, n) mean(replicate(1000, {
  x <- matrix(rnorm(n * k, 0, sqrt(1 - r)), n) + rnorm(n, 0, sqrt(r)); b <- k * var(rowMeans(x)); w <- mean(apply(x, 1, var)); f <- b / w
  e <- c(f / qf(.975, n - 1, n * (k - 1)), f * qf(.975, n * (k - 1), n - 1)); diff((e - 1) / (e + k - 1)) })), plans$icc, plans$raters, plans$cases)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  one = list(g = one$generalizability, phi = one$dependability, sem_relative = one$sem.rel, sem_absolute = one$sem.abs),
  many = told(many), three = known$three[c("agreement", "consistency")],
  needed = list(`0.8` = needed(c(u$agreement, rev(u$intervals$agreement)), .8), `0.9` = needed(c(u$agreement, rev(u$intervals$agreement)), .9)),
  plans = plans)
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
