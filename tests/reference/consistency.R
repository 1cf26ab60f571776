# Reference values for items that are added up: alpha, Feldt interval, item statistics (psych), omega total (lavaan).
# Run in this folder: Rscript consistency.R > consistency.json
suppressPackageStartupMessages({library(psych); library(lavaan); library(jsonlite)})
script <- "consistency.R"; used <- c("psych", "lavaan")

case <- function(items) {
  complete <- items[complete.cases(items), ]; k <- ncol(items); n <- nrow(complete)
  a <- suppressMessages(suppressWarnings(psych::alpha(complete, check.keys = FALSE, warnings = FALSE)))
  value <- a$total$raw_alpha
  ci <- alpha.ci(value, n.obs = n, n.var = k)
  rest <- sapply(1:k, function(i) cor(complete[, i], rowSums(complete[, -i, drop = FALSE])))
  l <- paste0("l", 1:k); e <- paste0("e", 1:k)
  model <- c(paste("f =~", paste0(l, "*", names(items), collapse = " + ")), paste0(names(items), " ~~ ", e, "*", names(items)),
    sprintf("omega := (%s)^2 / ((%s)^2 + %s)", paste(l, collapse = "+"), paste(l, collapse = "+"), paste(e, collapse = "+")))
  fit <- cfa(paste(model, collapse = "\n"), data = complete, std.lv = TRUE)
  stopifnot(lavInspect(fit, "converged"))
  o <- subset(parameterEstimates(fit), lhs == "omega")
  alone <- if (k > 2) a$alpha.drop$raw_alpha else NULL
  list(items = items, n = n, alpha = value, alpha_low = ci$lower.ci, alpha_high = ci$upper.ci,
    omega = o$est, omega_se = o$se, omega_low = o$ci.lower, omega_high = o$ci.upper,
    item_mean = unname(colMeans(complete)), item_sd = unname(apply(complete, 2, sd)), item_rest = rest,
    item_rest_psych = a$item.stats$r.drop, alpha_without = alone,
    sem = sd(rowSums(complete)) * sqrt(1 - value), sdc = qnorm(.975) * sqrt(2) * sd(rowSums(complete)) * sqrt(1 - value))
}
draw <- function(n, loadings, top, missing) {
  f <- rnorm(n)
  items <- sapply(loadings, function(l) round(pmin(top, pmax(0, l * f + rnorm(n, top / 2, 1)))))
  items[sample(length(items), missing)] <- NA
  setNames(as.data.frame(items), paste0("item", seq_along(loadings)))
}
set.seed(11)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  nine = case(draw(80, c(.9, .8, .7, 1, .6, 1.1, .9, .5, .8), 3, 12)),
  against = case(draw(60, c(.9, .8, -.8, 1, .9), 4, 0)),
  three = case(draw(40, c(.9, .8, 1), 4, 3)))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
