using System.CommandLine;

namespace Ips.Policies.Tool;

/// <summary><c>docs DIR</c>: writes a page per program, and one per pack with the answers to its rows.</summary>
internal static class DocsCommand
{
    public static Command Create()
    {
        Argument<string> folder = new("DIR") { Description = "The folder of the pages, such as docs/programs." };
        Command command = new("docs",
            "Writes a page per program with every rule, its values, citation and reading, and a page per pack with the answers to its rows.") { folder };
        command.SetAction(result => Output.InCheckout(checkout =>
        {
            var path = result.GetRequiredValue(folder);
            Directory.CreateDirectory(path);
            var pages = ProgramPages.All(checkout);
            foreach (var stale in Directory.EnumerateFiles(path, "*.md").Where(f => !pages.ContainsKey(Path.GetFileName(f))))
                File.Delete(stale);
            foreach (var (name, text) in pages)
                File.WriteAllText(Path.Combine(path, name), text);
            Console.WriteLine($"{pages.Count} pages in {path}");
            return 0;
        }));
        return command;
    }
}
