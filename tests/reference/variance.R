# Reference values for variance components: lme4::lmer (REML), and profiles of its own REML deviance (confint() profiles ML).
# Run in this folder: Rscript variance.R > variance.json
# The tables of Brennan (2001) and Rajaratnam, Cronbach & Gleser (1965) come from the package gtheory, on CRAN.
suppressPackageStartupMessages({library(lme4); library(gtheory); library(jsonlite)})
script <- "variance.R"; used <- c("lme4", "gtheory")
tight <- lmerControl(optimizer = "Nelder_Mead", optCtrl = list(FtolAbs = 1e-12, XtolRel = 1e-10, maxfun = 1e6),
  check.conv.singular = "ignore", check.conv.grad = "ignore", check.conv.hess = "ignore", check.nobs.vs.nlev = "ignore")

devfun <- function(formula, d) {  # the REML deviance: its logarithms and residual sum of squares as a function of theta
  f <- lmer(formula, d, devFunOnly = TRUE); e <- environment(f)
  function(theta) { f(theta); list(logs = e$pp$ldL2() + e$pp$ldRX2(), rss = e$resp$wrss() + e$pp$sqrL(1)) }
}
lowest <- function(g, starts) min(sapply(starts, function(s) {
  r <- nlminb(s, g, control = list(rel.tol = 1e-14, x.tol = 1e-12, eval.max = 5000, iter.max = 2000))
  nlminb(r$par, g, control = list(rel.tol = 1e-14, x.tol = 1e-12, eval.max = 5000, iter.max = 2000))$objective }))
ends <- function(excess, at, floor, cap) {
  up <- uniroot(excess, c(at, cap), tol = 1e-10)$root
  low <- if (excess(floor) < 0) 0 else uniroot(excess, c(floor, at), tol = 1e-10)$root
  c(low, up)
}
case <- function(d, formula, agreement, consistency, profiles = TRUE) {
  m <- lmer(formula, d, control = tight); v <- as.data.frame(VarCorr(m)); psi <- setNames(v$vcov, v$grp)
  out <- list(data = d, components = as.list(psi), deviance = REMLcrit(m), levels = as.list(sapply(getME(m, "flist"), nlevels)))
  out$agreement <- psi[["case"]] / sum(psi[agreement]); out$consistency <- psi[["case"]] / sum(psi[consistency])
  if (!profiles) return(out)
  parts <- devfun(formula, d); df <- nrow(d) - 1; theta <- getME(m, "theta"); names(theta) <- sub("\\..*", "", names(theta)); s2 <- sigma(m)^2
  dev <- function(theta, s2 = NULL) { p <- parts(theta); if (is.null(s2)) s2 <- p$rss / df; p$logs + df * log(2 * pi * s2) + p$rss / s2 }
  least <- dev(theta, s2); z <- qchisq(.95, 1); q <- length(theta); i <- which(names(theta) == "case")
  starts <- list(0.9 * theta + .05, 1.1 * theta + .2)
  ratio <- function(set) {  # theta of the case follows from r and the others
    others <- setdiff(set, c("case", "Residual"))
    function(r) {
      g <- function(t) { t <- abs(t); th <- theta; th[-i] <- t; th[i] <- sqrt(r / (1 - r) * (1 + sum(th[others]^2)))
        dev(th) }
      lowest(g, lapply(starts, function(s) s[-i])) - least - z } }
  part <- function(j) function(x) {  # on the log scale
    v <- exp(x)
    g <- function(p) { s <- exp(p[1]); th <- theta; th[-j] <- abs(p[-1]); th[j] <- sqrt(v / s); dev(th, s) }
    lowest(g, lapply(starts, function(s) c(log(s2), s[-j]))) - least - z }
  residual <- function(x) lowest(function(t) dev(abs(t), exp(x)), starts) - least - z
  sems <- function(x) { v <- exp(x); g <- function(t) { t <- abs(t); dev(t, v / (1 + sum(t[-i]^2))) }; lowest(g, starts) - least - z }
  logs <- function(excess, at) { e <- ends(excess, log(max(at, 1e-6)), log(1e-7), log(1e5)); ifelse(e == 0, 0, exp(e)) }
  out$intervals <- c(sapply(names(theta), function(n) logs(part(which(names(theta) == n)), psi[[n]]), simplify = FALSE),
    list(Residual = logs(residual, psi[["Residual"]]), error_agreement = logs(sems, sum(psi) - psi[["case"]]),
      agreement = ends(ratio(agreement), out$agreement, 1e-6, 1 - 1e-6), consistency = ends(ratio(consistency), out$consistency, 1e-6, 1 - 1e-6)))
  out
}
made <- function(cases, raters, s, seed) {
  set.seed(seed); d <- expand.grid(case = paste0("c", 1:cases), rater = paste0("r", 1:raters))
  d$score <- round(50 + rnorm(cases, 0, s[1])[d$case] + rnorm(raters, 0, s[2])[d$rater] + rnorm(nrow(d), 0, s[3]), 2); d
}
two <- score ~ (1 | case) + (1 | rater)
balanced <- made(30, 4, c(6, 3, 4), 1)
unbalanced <- made(60, 8, c(6, 3, 4), 2); set.seed(3); unbalanced <- unbalanced[runif(nrow(unbalanced)) < .4, ]
boundary <- made(25, 4, c(5, 0, 4), 7); boundary$score <- round(boundary$score - ave(boundary$score, boundary$rater) + 50, 2)
small <- data.frame(case = rep(1:6, 4), rater = rep(1:4, each = 6), score = c(9, 6, 8, 7, 10, 6, 2, 1, 4, 1, 5, 2, 5, 3, 6, 2, 6, 4, 8, 2, 8, 6, 9, 7))
set.seed(11); d <- expand.grid(case = 1:25, rater = 1:4, item = 1:5)
key <- function(...) as.integer(interaction(..., drop = TRUE))
d$score <- round(rnorm(25, 0, 3)[d$case] + rnorm(4, 0, 1.5)[d$rater] + rnorm(5, 0, 2)[d$item] + rnorm(100, 0, 1.5)[key(d$case, d$rater)] +
  rnorm(125, 0, 1)[key(d$case, d$item)] + rnorm(20, 0, .8)[key(d$rater, d$item)] + rnorm(500, 0, 2), 2)
d <- d[runif(500) < .75, ]
three <- score ~ (1 | case) + (1 | rater) + (1 | item) + (1 | case:rater) + (1 | case:item) + (1 | rater:item)
data(Brennan.3.2); b <- data.frame(case = as.integer(Brennan.3.2$Person), task = as.integer(Brennan.3.2$Task), rater = as.integer(Brennan.3.2$Rater), score = Brennan.3.2$Score)
b$rater <- key(b$task, b$rater)
all2 <- c("case", "rater", "Residual"); con2 <- c("case", "Residual")
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"),
  balanced = case(balanced, two, all2, con2), unbalanced = case(unbalanced, two, all2, con2),
  boundary = case(boundary, two, all2, con2), small = case(small, two, all2, con2),
  three = case(d, three, c("case", "rater", "item", "case:rater", "case:item", "rater:item", "Residual"), c("case", "case:rater", "case:item", "Residual"), FALSE),
  brennan = case(b, score ~ (1 | case) + (1 | task) + (1 | rater) + (1 | case:task), c("case", "task", "rater", "case:task", "Residual"), c("case", "case:task", "Residual"), FALSE))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16)))
