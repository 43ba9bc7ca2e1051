using System.CommandLine;
using System.Globalization;
using Ips.X12;
using Ips.X12.Tool;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Argument<FileInfo> file = new("FILE") { Description = "An X12 file." };
Option<string?> profile = new("--profile") { Description = $"Also check what a payer requires (level 7): {string.Join(", ", CompanionProfile.All.Select(p => p.Id))}." };
Argument<string> payer = new("ID") { Description = "The id of a profile." };

Command check = new("check", "Checks a file at SNIP levels 1 to 5 and 7. Exit code 1 when it must not be sent or processed.") { file, profile };
check.SetAction(result => Commands.Check(result.GetRequiredValue(file), result.GetValue(profile)));
Command facts = new("facts", "Counts what a file holds: separators, envelopes, claims, sums.") { file };
facts.SetAction(result => Commands.Facts(result.GetRequiredValue(file)));
Command explain = new("explain", "Shows each segment with its loop and what it is.") { file };
explain.SetAction(result => Commands.Explain(result.GetRequiredValue(file)));
Command guide = new("profile", "Prints what a payer requires, as a page.") { payer };
guide.SetAction(result => Commands.Guide(result.GetRequiredValue(payer)));
return await new RootCommand("Reads, explains and checks X12 files.") { check, facts, explain, guide }.Parse(args).InvokeAsync();
