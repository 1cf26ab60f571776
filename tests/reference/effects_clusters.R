# Reference values for the randomized design: HC2, CR2, Satterthwaite, Hotelling, two-stage, Anderson-Rubin.
# Run in this folder: Rscript effects_clusters.R > effects_clusters.json
suppressPackageStartupMessages({library(sandwich); library(clubSandwich); library(AER); library(jsonlite)})
script <- "effects_clusters.R"

set.seed(20260)
n <- 180; G <- 14
data <- data.frame(cluster = sort(sample(G, n, replace = TRUE, prob = (1:G)^0.8)))
data$profile <- sample(c("a", "b", "c"), n, replace = TRUE, prob = c(.5, .3, .2))
data$z <- rbinom(n, 1, .45)                                # drawn per family, within clusters
data$zc <- as.integer(data$cluster %in% c(1, 3, 5, 8, 9, 11, 14))  # drawn per cluster
data$d <- ifelse(data$z == 1, rbinom(n, 1, .8), rbinom(n, 1, .15))
data$x1 <- round(rnorm(n), 3); data$x2 <- rbinom(n, 1, .3)
data$y <- round(5 + .8 * data$d - .5 * data$zc + data$x1 + rnorm(G)[data$cluster] + rnorm(n), 3)

coefs <- function(model, vcov, name) {
  test <- coef_test(model, vcov = vcov, test = "Satterthwaite")
  row <- match(name, rownames(test))
  list(value = unname(coef(model)[[name]]), se = test$SE[row], df = test$df_Satt[row])
}
alone <- function(model, name) coefs(model, vcovCR(model, cluster = seq_len(nrow(data)), type = "CR2"), name)
together <- function(model, name) coefs(model, vcovCR(model, cluster = data$cluster, type = "CR2"), name)

# CR2 by plain matrix algebra, against clubSandwich below
brute <- function(X, e, cluster) {
  B <- solve(crossprod(X)); H <- X %*% B %*% t(X); meat <- 0
  for (g in unique(cluster)) {
    i <- which(cluster == g); s <- eigen(diag(length(i)) - H[i, i], symmetric = TRUE)
    A <- s$vectors %*% diag(ifelse(s$values > 1e-12, 1 / sqrt(pmax(s$values, 1e-12)), 0), length(i)) %*% t(s$vectors)
    u <- t(X[i, , drop = FALSE]) %*% A %*% e[i]; meat <- meat + u %*% t(u)
  }
  B %*% meat %*% B
}

plain <- lm(y ~ z, data); percluster <- lm(y ~ zc, data)
centred <- transform(data, x1 = x1 - mean(x1), x2 = x2 - mean(x2))
lin <- lm(y ~ z * (x1 + x2), centred)
iv <- ivreg(y ~ d | z, data = data); first <- lm(d ~ z, data)
profiles <- lm(y ~ 0 + profile + profile:z, data)
Vp <- as.matrix(vcovCR(profiles, cluster = data$cluster, type = "CR2"))
equal <- constrain_equal("profile.:z", reg_ex = TRUE)
wald <- Wald_test(profiles, constraints = equal, vcov = vcovCR(profiles, cluster = data$cluster, type = "CR2"), test = "HTZ")
wald1 <- Wald_test(profiles, constraints = equal, vcov = vcovCR(profiles, cluster = seq_len(n), type = "CR2"), test = "HTZ")
within <- data; for (x in c("x1", "x2")) within[[x]] <- data[[x]] - ave(data[[x]], data$profile)
profiles_lin <- lm(y ~ 0 + profile + profile:z + x1 + x2 + z:x1 + z:x2, within)
byname <- paste0("profile", c("a", "b", "c"), ":z")

# Anderson-Rubin: the values b for which the intention-to-treat difference in y - b d is not significant (CR2, t)
excess <- function(b) {
  m <- lm(I(y - b * d) ~ z, data); r <- together(m, "z"); abs(r$value) / r$se - qt(.975, r$df)
}
ar <- c(uniroot(excess, c(coef(iv)[["d"]] - 5, coef(iv)[["d"]]), tol = 1e-12)$root,
        uniroot(excess, c(coef(iv)[["d"]], coef(iv)[["d"]] + 5), tol = 1e-12)$root)

one <- model.matrix(plain)
firstF <- Wald_test(first, constraints = constrain_zero("z"), vcov = vcovCR(first, cluster = data$cluster, type = "CR2"), test = "Naive-F")
C <- rbind(c(1, -1, 0), c(0, 1, -1)); apart <- C %*% coef(profiles)[byname]
w <- rowSums(solve(vcov(profiles)[byname, byname])); w <- w / sum(w)   # precision that the design alone would give
lot <- table(lot = data$z, got = data$d); seen <- seq_len(n) %% 7 != 0  # every seventh outcome is not known
power <- function(q) uniroot(function(ncp) pchisq(qchisq(.95, q), q, ncp, lower.tail = FALSE) - .8, c(.01, 100), tol = 1e-12)$root
out <- list(
  R = R.version.string, packages = lapply(c(sandwich = "sandwich", clubSandwich = "clubSandwich", AER = "AER"), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"), data = data,
  itt_hc2 = c(alone(plain, "z"), sandwich_se = sqrt(vcovHC(plain, type = "HC2")["z", "z"])),
  itt_cr2 = c(together(plain, "z"), brute_se = sqrt(brute(one, resid(plain), data$cluster)[2, 2])),
  itt_by_cluster = together(percluster, "zc"),
  lin_hc2 = c(alone(lin, "z"), sandwich_se = sqrt(vcovHC(lin, type = "HC2")["z", "z"])), lin_cr2 = together(lin, "z"),
  first_cr2 = together(first, "z"), cace_hc2 = alone(iv, "d"), cace_cr2 = together(iv, "d"), ar = ar,
  profile_value = unname(coef(profiles)[byname]), profile_V = unname(Vp[byname, byname]),
  profile_df = sapply(byname, function(b) together(profiles, b)$df, USE.NAMES = FALSE),
  wald = list(F = wald$Fstat, df = wald$df_denom, p = wald$p_val), wald_alone = list(F = wald1$Fstat, df = wald1$df_denom, p = wald1$p_val),
  first_f = firstF$Fstat, q = c(t(apart) %*% solve(C %*% Vp[byname, byname] %*% t(C), apart)),
  equal = unname(coef(lm(y ~ profile + z, data))["z"]), equal_se = sqrt(c(w %*% Vp[byname, byname] %*% w)),
  delivered = unname(unclass(lot)), as_assigned = unname(diag(prop.table(lot, 1))),
  outcome_known = unname(tapply(seen, data$z, mean)), profile_known = mean(seen), power = sapply(c(1, 2, 4), power),
  profile_lin = lapply(byname, function(b) together(profiles_lin, b)))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16), pretty = FALSE))
