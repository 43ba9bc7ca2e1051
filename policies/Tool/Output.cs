using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Ips.Policies.Tool;

/// <summary>What the commands share: where they read, and how they print for people and for programs.</summary>
internal static class Output
{
    private static readonly JsonSerializerOptions ForPrograms = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };

    /// <summary><c>--json</c>: the answer for a program.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON for a program instead of text for a person." };

    public static void Write<T>(T answer) => Console.WriteLine(JsonSerializer.Serialize(answer, ForPrograms));

    /// <summary>A table for people; as wide as it needs to be when the output is not a terminal.</summary>
    public static void Table(string[] columns, IEnumerable<string[]> rows)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 240;
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
            table.AddColumn(new TableColumn(Markup.Escape(column)));
        foreach (var row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }

    /// <summary>Runs a command on the files of the checkout; problems of the user's files become a line and exit code 2.</summary>
    public static int InCheckout(Func<Checkout, int> run)
    {
        if (Checkout.Here() is not { } checkout)
            return Refuse("No folder policies/packs was found here or above. Run the command inside the checkout.");
        return Guarded(() => run(checkout));
    }

    /// <summary>Runs a command; user errors print a message instead of a stack trace.</summary>
    public static int Guarded(Func<int> run)
    {
        try
        {
            return run();
        }
        catch (Exception e) when (e is BadPackException or InvalidRequestException or BadCaseFileException or NotInForceException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return Refuse(e.Message);
        }
    }

    public static int Refuse(string why)
    {
        Console.Error.WriteLine(why);
        return 2;
    }
}
