using System.CommandLine;
using Ips.Policies.Tool;

RootCommand root = new("Runs, explains and checks the policies.")
{
    CasesCommand.Create(),
    DecideCommand.Create(),
    ExplainCommand.Create(),
    DiffCommand.Create(),
    CoverageCommand.Create(),
    SimulateCommand.Create(),
    CheckCommand.Create(),
    MutateCommand.Create(),
    DocsCommand.Create(),
    ReleaseCommand.Create(),
    NewProgramCommand.Create(),
    VerifyPacketCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
