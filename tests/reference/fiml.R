# Reference values for items with blanks: saturated means and covariances by EM, one factor by full information maximum likelihood (lavaan), alpha of
# those covariances (psych). Run in this folder: Rscript fiml.R > fiml.json
suppressPackageStartupMessages({library(psych); library(lavaan); library(jsonlite)})
script <- "fiml.R"; used <- c("psych", "lavaan")

case <- function(items) {
  names <- names(items); l <- paste0("l", seq_along(names)); e <- paste0("e", seq_along(names))
  model <- c(paste("f =~", paste0(l, "*", names, collapse = " + ")), paste0(names, " ~~ ", e, "*", names),
    sprintf("omega := (%s)^2 / ((%s)^2 + %s)", paste(l, collapse = "+"), paste(l, collapse = "+"), paste(e, collapse = "+")))
  fit <- suppressWarnings(cfa(paste(model, collapse = "\n"), data = items, std.lv = TRUE, missing = "fiml", em.h1.tol = 1e-12, em.h1.iter.max = 10000L))
  stopifnot(lavInspect(fit, "converged"))
  h1 <- lavInspect(fit, "sampstat"); S <- unclass(h1$cov)[names, names]
  m <- unclass(fitMeasures(fit, c("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "rmsea.pvalue", "srmr_bentler_nomean")))
  a <- suppressMessages(suppressWarnings(psych::alpha(S, check.keys = FALSE, warnings = FALSE)))
  list(items = items, n = lavInspect(fit, "nobs"), means = unname(unclass(h1$mean)[names]), S = unname(S), alpha = a$total$raw_alpha,
    omega = subset(parameterEstimates(fit), lhs == "omega")$est, loading = unname(inspect(fit, "std")$lambda[, 1]), fit = as.list(if (length(names) > 3) m else NULL))
}
draw <- function(n, loadings, top, share, second = 0 * loadings) {
  f <- rnorm(n); g <- rnorm(n)
  items <- mapply(function(l, s) round(pmin(top, pmax(0, l * f + s * g + rnorm(n, top / 2, 1)))), loadings, second)
  for (j in 2:ncol(items)) items[runif(n) < share * (1 + (items[, 1] > top / 2)), j] <- NA # blank more often where the first item is high
  items[1, ] <- NA
  setNames(as.data.frame(items), paste0("item", seq_along(loadings)))
}
set.seed(14)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  nine = case(draw(150, c(.9, .8, .7, 1, .6, 1.1, .9, .5, .8), 3, .06)),
  many = case(draw(200, c(.9, .8, .7, .8, .9), 4, .25, c(.5, .6, 0, 0, 0))),
  three = case(draw(80, c(.9, .8, 1), 4, .1)))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
