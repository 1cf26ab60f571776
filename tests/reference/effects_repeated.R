# Reference values for several moments of people within families within teams: mixed model, estimating equation, CR2.
# Run in this folder: Rscript effects_repeated.R > effects_repeated.json
suppressPackageStartupMessages({library(clubSandwich); library(lme4); library(nlme); library(geepack); library(jsonlite)})
script <- "effects_repeated.R"

set.seed(20263)
families <- 130; teams <- 14; moments <- c("T0", "T1", "T2")
home <- data.frame(family = seq_len(families), team = sample(teams, families, replace = TRUE), helped = rbinom(families, 1, .5),
                   f = rnorm(families, 0, 1.2))
home$members <- sample(1:4, families, replace = TRUE)
people <- home[rep(seq_len(families), home$members), ]
people$person <- seq_len(nrow(people)); people$p <- rnorm(nrow(people), 0, 1.5)
data <- do.call(rbind, lapply(moments, function(m) transform(people, moment = m)))
data <- data[order(data$person, data$moment), c("family", "team", "helped", "person", "moment", "f", "p")]
later <- as.integer(data$moment != "T0"); team <- rnorm(teams, 0, .4)
data$y <- round(9 - .4 * later - .8 * later * data$helped + data$f + data$p + team[data$team] * later + rnorm(nrow(data), 0, 1.1), 3)
data$yes <- as.integer(data$y > 8.5)
data$y[runif(nrow(data)) < .1 + .15 * later] <- NA
data$yes[is.na(data$y)] <- NA
data$moment <- factor(data$moment); row.names(data) <- NULL
full <- data; data <- subset(data, !is.na(y))

form <- ~ 0 + moment + helped + helped:moment
X <- model.matrix(~ 0 + moment, data); at <- X[, -1] * data$helped; X <- cbind(X, data$helped, at)
colnames(X) <- c(moments, "start", "T1d", "T2d"); data <- cbind(data, setNames(as.data.frame(X), paste0("x_", colnames(X))))
fit <- function(outcome) {
  f <- as.formula(paste(outcome, "~ 0 +", paste0("x_", colnames(X), collapse = " + ")))
  bars <- as.formula(paste(deparse1(f), "+ (1 | family/person)"))
  mixed <- lmer(bars, data, REML = TRUE, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9)))
  v <- as.data.frame(VarCorr(mixed)); s <- setNames(v$vcov, v$grp)
  p <- s[["person:family"]] / s[["Residual"]]; g <- s[["family"]] / s[["Residual"]]
  # turn the rows of each family so that they are independent, then CR2 with working variances of one
  turned <- do.call(rbind, lapply(split(seq_len(nrow(data)), data$family), function(i) {
    V <- diag(length(i)) + p * outer(data$person[i], data$person[i], "==") + g
    W <- chol(solve(V)); out <- as.data.frame(W %*% cbind(X[i, , drop = FALSE], y = data[[outcome]][i])); out$row <- i; out
  }))
  turned <- turned[order(turned$row), ]
  last <- lm(y ~ 0 + ., turned[, c(colnames(X), "y")])
  V <- vcovCR(last, cluster = data$team, type = "CR2")
  test <- coef_test(last, vcov = V, test = "Satterthwaite"); rownames(test) <- colnames(X)
  wald <- Wald_test(last, constraints = constrain_zero(c("T1d", "T2d")), vcov = V, test = "HTZ")
  by_family <- coef_test(last, vcov = vcovCR(last, cluster = data$family, type = "CR2"), test = "Satterthwaite")
  direct <- lme(f, data, random = ~ 1 | family / person, control = lmeControl(opt = "optim", reltol = 1e-12))
  list(value = unname(fixef(mixed)), variances = c(s[["family"]], s[["person:family"]], s[["Residual"]]),
       se = test$SE, df = test$df_Satt, family_se = by_family$SE, family_df = by_family$df_Satt,
       p = wald$p_val, lme = unname(fixef(direct)))
}
y <- fit("y"); yes <- fit("yes")

poisson_fit <- glm(yes ~ 0 + ., poisson, data[, c("yes", paste0("x_", colnames(X)))], control = glm.control(epsilon = 1e-14, maxit = 100),
                   start = c(rep(-1, 3), 0, 0, 0))
root <- sqrt(fitted(poisson_fit)); w <- as.data.frame(X * root)
w$y <- as.vector(as.matrix(w[, colnames(X)]) %*% coef(poisson_fit)) + resid(poisson_fit, "pearson")
last <- lm(y ~ 0 + ., w)
rr <- coef_test(last, vcov = vcovCR(last, cluster = data$team, type = "CR2"), test = "Satterthwaite")
gee <- geeglm(yes ~ 0 + x_T0 + x_T1 + x_T2 + x_start + x_T1d + x_T2d, poisson, data, id = family, corstr = "independence")

everybody <- tapply(full$person, full$helped, function(p) length(unique(p)))
known <- with(data, table(moment, helped)) / rep(everybody, each = 3)
means <- sapply(1:0, function(a) sapply(moments, function(m) {
  part <- subset(data, helped == a & moment == m); model <- lm(y ~ 1, part)
  c(mean(part$y), coef_test(model, vcov = vcovCR(model, cluster = part$team, type = "CR2"), test = "Satterthwaite")$SE)
}))
out <- list(
  R = R.version.string,
  packages = lapply(c(clubSandwich = "clubSandwich", lme4 = "lme4", nlme = "nlme", geepack = "geepack"), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"), data = full[, c("family", "team", "helped", "person", "moment", "y", "yes")],
  y = y, yes = yes, ratio = list(value = exp(unname(coef(poisson_fit)[5:6])), se = rr$SE[5:6], df = rr$df_Satt[5:6], gee = exp(unname(coef(gee)[5:6]))),
  wave_known = c(known[, "1"], known[, "0"]), wave_mean = as.vector(means))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16), pretty = FALSE, na = "string"))
