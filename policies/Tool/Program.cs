using System.CommandLine;
using Ips.Policies.Tool;

RootCommand root = new("Runs, explains and checks the policies.");
root.Subcommands.Add(CasesCommand.Create());
root.Subcommands.Add(CheckCommand.Create());
return await root.Parse(args).InvokeAsync();
