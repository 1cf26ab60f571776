# Reference values for the distribution-free standard error of alpha: lavaan with all covariances free (maximum likelihood) and
# se = "robust.sem", whose asymptotic covariances are of the fourth order; alpha as a defined parameter of them.
# Run in this folder: Rscript alpha_adf.R > alpha_adf.json
suppressPackageStartupMessages({library(lavaan); library(jsonlite)})
script <- "alpha_adf.R"; used <- "lavaan"
case <- function(items, team = NULL) {
  kept <- complete.cases(items); d <- items[kept, ]; k <- ncol(d); v <- names(d)
  pairs <- combn(k, 2); own <- paste0("s", seq_len(k)); both <- apply(pairs, 2, function(p) paste0("c", p[1], "_", p[2]))
  model <- c(sprintf("%s ~~ %s*%s", v, own, v), sprintf("%s ~~ %s*%s", v[pairs[1, ]], both, v[pairs[2, ]]),
    sprintf("alpha := %d / %d * (1 - (%s) / (%s + 2 * (%s)))", k, k - 1, paste(own, collapse = " + "), paste(own, collapse = " + "), paste(both, collapse = " + ")))
  if (!is.null(team)) { # lavaan multiplies by clusters / (clusters - 1); here with Student's t
    d$team <- team[kept]; m <- length(unique(d$team))
    f <- lavaan(paste(c(model, sprintf("%s ~ 1", v)), collapse = "\n"), d, estimator = "MLR", cluster = "team", meanstructure = TRUE)
    a <- subset(parameterEstimates(f), label == "alpha"); se <- a$se; ends <- a$est + c(-1, 1) * qt(.975, m - 1) * se
    return(list(items = items, team = team, n = nrow(d), alpha = a$est, se = se, low = ends[1], high = ends[2]))
  }
  f <- lavaan(paste(model, collapse = "\n"), d, estimator = "ML", se = "robust.sem", meanstructure = FALSE)
  a <- subset(parameterEstimates(f), label == "alpha")
  list(items = items, n = nrow(d), alpha = a$est, se = a$se, low = a$ci.lower, high = a$ci.upper)
}
draw <- function(n, loadings, cuts, missing = 0) {
  f <- rnorm(n); items <- sapply(loadings, function(l) findInterval(l * f + sqrt(1 - l^2) * rnorm(n), cuts))
  items[sample(length(items), missing)] <- NA
  setNames(as.data.frame(items), paste0("item", seq_along(loadings)))
}
set.seed(8)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  skewed = case(draw(200, rep(.7, 6), c(.84, 1.5), 6)), two = case(draw(150, c(.8, .7), c(-.5, .5))), teams = case(draw(240, rep(.7, 5), c(.5, 1.2), 4), rep(1:12, 20)), seven = case(draw(300, c(.9, .8, .7, .6), seq(-1.5, 1.5, .6))))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
