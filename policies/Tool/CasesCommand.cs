using System.CommandLine;

namespace Ips.Policies.Tool;

/// <summary><c>cases DIR</c>: runs every case below a folder.</summary>
internal static class CasesCommand
{
    public static Command Create()
    {
        Argument<string> path = new("DIR") { Description = "A case file, or a folder whose JSON files are read recursively." };
        Command command = new("cases", "Runs every case file and prints the failing ones. Exit code 1 if a case fails, 2 if a file cannot be read.");
        command.Arguments.Add(path);
        command.SetAction(result => Run(result.GetRequiredValue(path)));
        return command;
    }

    private static int Run(string path)
    {
        var (passed, failed) = (0, 0);
        try
        {
            foreach (var @case in CaseRunner.Read(path))
            {
                var failures = CaseRunner.Run(PolicyEngine.Shipped, @case);
                foreach (var failure in failures)
                    Console.WriteLine(failure);
                if (failures.Count == 0)
                    passed++;
                else
                    failed++;
            }
        }
        catch (BadCaseFileException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }

        Console.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }
}
