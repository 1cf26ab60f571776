# Reference values for what stands beside alpha: Duhachek interval, standardised alpha, lambdas, split halves, KMO, Bartlett (psych), fit of
# one factor (lavaan). Run in this folder: Rscript consistency_more.R > consistency_more.json
suppressPackageStartupMessages({library(psych); library(lavaan); library(jsonlite)})
script <- "consistency_more.R"; used <- c("psych", "lavaan")

splits <- function(S) { # every split, by brute force: Raju's coefficient (Rulon's for equal halves), Horst's (Spearman-Brown's for equal halves)
  k <- ncol(S); m <- k %/% 2
  rows <- combn(k, m); if (k %% 2 == 0) rows <- rows[, rows[1, ] == 1, drop = FALSE]
  both <- apply(rows, 2, function(a) {
    A <- sum(S[a, a]); B <- sum(S[-a, -a]); AB <- sum(S[a, -a]); p <- m / k; q <- 1 - p; r <- AB / sqrt(A * B)
    c(AB / (p * q * sum(S)), r * (sqrt(r^2 + 4 * p * q * (1 - r^2)) - r) / (2 * p * q * (1 - r^2)))
  })
  list(mean = mean(both[1, ]), worst = min(both[1, ]), best = max(both[1, ]), spearman_brown_mean = mean(both[2, ]), splits = ncol(rows))
}
odd_even <- function(S) { # items 1, 3, 5 ... against 2, 4, 6 ...
  a <- seq(1, ncol(S), 2); AB <- sum(S[a, -a]); p <- length(a) / ncol(S); r <- AB / sqrt(sum(S[a, a]) * sum(S[-a, -a]))
  c(AB / (p * (1 - p) * sum(S)), r * (sqrt(r^2 + 4 * p * (1 - p) * (1 - r^2)) - r) / (2 * p * (1 - p) * (1 - r^2)))
}
case <- function(items) {
  complete <- items[complete.cases(items), ]; k <- ncol(items); n <- nrow(complete); S <- cov(complete); R <- cor(complete)
  a <- suppressMessages(suppressWarnings(psych::alpha(complete, check.keys = FALSE, warnings = FALSE)))
  h <- suppressWarnings(psych::splitHalf(S, covar = TRUE, check.keys = FALSE, brute = TRUE))
  kmo <- KMO(R); b <- cortest.bartlett(R, n = n)
  fit <- cfa(paste("f =~", paste(names(items), collapse = " + ")), data = complete, std.lv = TRUE, meanstructure = FALSE)
  stopifnot(lavInspect(fit, "converged"))
  m <- fitMeasures(fit, c("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "rmsea.pvalue", "srmr"))
  list(items = items, n = n, alpha = a$total$raw_alpha, ase = a$total$ase, duhachek_low = a$total$raw_alpha - qnorm(.975) * a$total$ase,
    duhachek_high = a$total$raw_alpha + qnorm(.975) * a$total$ase, standardised = a$total$std.alpha, lambda_2 = h$lambda2, lambda_6 = h$lambda6,
    split = splits(S), split_psych = if (k %% 2 == 0) list(mean = h$meanr, worst = h$minrb, best = h$maxrb) else NULL,
    odd_even = odd_even(S), kmo = kmo$MSA, item_kmo = unname(kmo$MSAi), bartlett = list(value = b$chisq, df = b$df, p = b$p.value),
    fit = as.list(if (k > 3) unclass(m) else NULL), loading = unname(inspect(fit, "std")$lambda[, 1]))
}
pair <- function(items) { # of two items: Spearman-Brown with the interval of Fisher
  r <- cor.test(items[, 1], items[, 2]); up <- function(r) 2 * r / (1 + r)
  list(items = items, n = nrow(items), spearman_brown = up(unname(r$estimate)), low = up(r$conf.int[1]), high = up(r$conf.int[2]))
}
draw <- function(n, loadings, top, missing, second = 0 * loadings) {
  f <- rnorm(n); g <- rnorm(n)
  items <- mapply(function(l, s) round(pmin(top, pmax(0, l * f + s * g + rnorm(n, top / 2, 1)))), loadings, second)
  items[sample(length(items), missing)] <- NA
  setNames(as.data.frame(items), paste0("item", seq_along(loadings)))
}
set.seed(12)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  nine = case(draw(80, c(.9, .8, .7, 1, .6, 1.1, .9, .5, .8), 3, 12)),
  two_factors = case(draw(150, c(.9, .8, .7, .6, .5, .8, .7, .9), 4, 0, c(.9, .8, .9, .8, 0, 0, 0, 0))),
  against = case(draw(60, c(.9, .8, -.8, 1, .9, .7), 4, 0)),
  three = case(draw(40, c(.9, .8, 1), 4, 3)), two = pair(draw(50, c(.9, .7), 4, 0)))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
