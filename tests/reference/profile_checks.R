# Reference values for the checks of the profile rule: the rule of the sheet typed anew in base R, on drawn codes.
# Run in this folder: Rscript profile_checks.R > profile_checks.json
suppressPackageStartupMessages(library(jsonlite))
script <- "profile_checks.R"; used <- c("stats")
weights <- list(
  intieme_terreur = c(t1 = 3, t2 = 3, t3 = 2, t4 = 2, t5 = 2, t6 = 2, t7 = 1, t8 = 1),
  gezin_in_stress = c(s1 = 3, s2 = 3, s3 = 2, s4 = 2, r_t1 = 2, s6 = 1, s7 = 1),
  langdurige_zorg = c(l1 = 3, l2 = 2, l3 = 3, l4 = 2, l5 = 1, l6 = 1, l7 = 1),
  kindgedrag_opvoedstress = c(k1 = 3, k2 = 3, k3 = 2, k4 = 2, k5 = 1, r_k6 = 1),
  complexe_conflictscheiding = c(c1 = 2, c2 = 3, c3 = 2, c4 = 2, c5 = 2, c6 = 1, r_t1 = 2))
core <- function(d) with(d, cbind(
  t1 == 2 | (t1 == 1 & t2 == 2 & (t5 == 2 | t6 == 2)), s1 >= 1 & s2 >= 1 & (s1 == 2 | s2 == 2), l1 == 2 & l2 >= 1,
  (k1 == 2 & k2 >= 1) | (k1 >= 1 & k2 == 2), c1 == 2 & c2 == 2))
rule <- function(d, w = weights, gates = TRUE, from = 50) {
  d$r_t1 <- 2 - d$t1; d$r_k6 <- 2 - d$k6
  P <- sapply(w, function(v) { x <- as.matrix(d[names(v)]); s <- !is.na(x)
    50 * rowSums(sweep(x, 2, v, "*"), na.rm = TRUE) / (s %*% v)[, 1] })
  C <- sapply(w, function(v) (!is.na(as.matrix(d[names(v)]))) %*% v / sum(v))
  met <- core(d); if (!gates) met[] <- TRUE
  can <- !is.na(met) & met & C >= .6 - 1e-9 & !is.na(P) & P >= from - 1e-9
  P[!can] <- -1; P <- round(P, 9); two <- t(apply(P, 1, sort, decreasing = TRUE))[, 1:2]
  k <- rowSums(can); first <- colnames(P)[max.col(P, ties.method = "first")]
  primary <- ifelse(k == 0, "", first)
  label <- ifelse(k == 0, "niet_ingedeeld", ifelse(k > 1 & two[, 1] - two[, 2] < 10 - 1e-9, "gemengd", first))
  lead <- ifelse(can[, 1], 1, ifelse(is.na(d$t1) & !(!is.na(met[, 1]) & !met[, 1]), NA, 0))
  list(label = label, primary = primary, lead = lead)
}
set.seed(11); n <- 260
asked <- c(paste0("t", 1:8), paste0("s", c(1:4, 6, 7)), paste0("l", 1:7), paste0("k", 1:7), paste0("c", 1:6))
kind <- sample(1:5, n, replace = TRUE)
d <- as.data.frame(sapply(asked, function(a) ifelse(match(substr(a, 1, 1), c("t", "s", "l", "k", "c")) == kind,
  sample(0:2, n, TRUE, c(.15, .25, .6)), sample(0:2, n, TRUE, c(.5, .25, .25)))))
d[matrix(runif(n * 34) < .08, n)] <- NA
group <- sample(c("noord", "zuid", "west"), n, replace = TRUE)
before <- rule(d)
ws <- function(k, m) { w <- prop.test(k, m, correct = FALSE)$conf.int; list(value = k / m, low = w[1], high = w[2], n = m) }
effect <- function(after) {
  lost <- before$lead %in% 1
  move <- ifelse(before$label == after$label, "label_kept", paste(before$label, after$label, sep = " → "))
  list(label = ws(sum(before$label != after$label), n), primary = ws(sum(before$primary != after$primary), n),
    safety = suppressWarnings(ws(sum(!(after$lead[lost] %in% 1)), sum(lost))), moved = as.list(table(move)))
}
equal <- lapply(weights, function(v) v * 0 + 1)
one <- function(name, f) lapply(seq_along(weights), function(i) {
  v <- weights[[i]]; if (name$profile == i) v[name$item] <- v[name$item] * f; v })
single <- function(p, item, f) { w <- setNames(one(list(profile = p, item = item), f), names(weights)); rule(d, w) }
each <- list(t1_up = list("t1", "up", 1, "t1", 1.25), s2_down = list("s2", "down", 2, "s2", .75),
  s5_up = list("s5", "up", 2, "r_t1", 1.25), c2_down = list("c2", "down", 5, "c2", .75))
gone <- d; gone[c("t1", "t2", "t4", "t5", "t8")] <- NA
tab <- table(group, before$label)
out <- list(
  R = R.version.string, packages = lapply(setNames(used, used), function(p) as.character(packageVersion(p))),
  script_sha256 = digest::digest(file = script, algo = "sha256"), codes = d, group = group, label = before$label,
  checks = list(weights_equal = effect(rule(d, equal)), gates_off = effect(rule(d, gates = FALSE)),
    threshold_45 = effect(rule(d, from = 45)), threshold_55 = effect(rule(d, from = 55)),
    source_missing = effect(rule(gone))),
  weight = lapply(each, function(x) c(list(indicator = x[[1]], side = x[[2]]),
    ws(sum(before$label != single(x[[3]], x[[4]], x[[5]])$label), n))),
  share = apply(tab, 1, function(r) lapply(as.list(r), function(k) suppressWarnings(ws(k, sum(r))))),
  open = tapply(rowSums(is.na(d)), group, function(x) list(list(value = mean(x), se = sd(x) / sqrt(length(x))))),
  p = suppressWarnings(chisq.test(tab, correct = FALSE)$p.value))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16), na = "string"))
