using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ips.Mutation;

/// <summary>
/// The policies library with every mutant in it, compiled once: wherever an expression can be changed, it checks whether its mutant is
/// switched on. Building a library for every change would take days, this takes seconds.
/// </summary>
internal sealed partial class Schemata
{
    // Reading of packs, facts and scales: rows hold good input only. BadPackTests, InvalidRequestTests, FactRoundTripTests and FidelityScaleTests prove it.
    private static readonly string[] NotMutated =
    [
        "PackReader.cs", "PackDraft.cs", "PackNode.cs", "PackChecks.cs", "PackFiles.cs", "PackProblem.cs", "Fidelity/ScaleRanges.cs", "Fidelity/ScaleReader.cs",
        "Facts/FactConverter.cs", "Facts/FactMethods.cs", "Facts/FactReader.cs", "Facts/FactReader.Values.cs", "Facts/FactShape.cs",
            "Facts/FactWriter.cs", "Facts/MonthAttribute.cs",
        "Facts/RequestProblem.cs", "Facts/SampleFacts.cs",
        // What services ask, releases, and what is suppressed: DutyTests, ReleaseTests, SmallCellsTests, ReportMetricTests.
        "RuleDuty.cs", "Authorizations/AuthorizationDuties.cs", "ReleasedPacks.cs", "Reports/SmallCells.cs", "Reports/ReportMetric.cs",
    ];

    private const string Switch = """
        namespace Ips.Policies;
        public static class Mutant
        {
            private static int _active;
            private static int _asks;
            private static bool[]? _seen;
            public static void Begin(int active, int asks, bool[]? seen) => (_active, _asks, _seen) = (active, asks, seen);
            public static bool On(int mutant)
            {
                if (--_asks < 0)
                    throw new System.InvalidOperationException("it runs on and on");
                System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
                if (_seen is not null)
                    _seen[mutant] = true;
                return _active == mutant;
            }
        }
        """;

    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    private Schemata(IReadOnlyList<Mutant> mutants, byte[] library) => (Mutants, Library) = (mutants, library);

    /// <summary>Every change that the compiler accepts.</summary>
    public IReadOnlyList<Mutant> Mutants { get; }

    /// <summary>The library.</summary>
    public byte[] Library { get; }

    /// <summary>Rewrites and compiles the library.</summary>
    /// <param name="policies">The folder <c>policies</c>.</param>
    /// <param name="changes">Whether to change a file, by its path below the folder.</param>
    public static Schemata Of(string policies, Func<string, bool> changes)
    {
        var files = Directory.EnumerateFiles(policies, "*.cs", SearchOption.AllDirectories)
            .Select(f => (Path: Path.GetRelativePath(policies, f).Replace('\\', '/'), File: f))
            .Where(f => f.Path.Split('/')[0] is not ("Tool" or "obj" or "bin"))
            .OrderBy(f => f.Path, StringComparer.Ordinal)
            .Select(f => Parse(WithRegexBodies(File.ReadAllText(f.File)), f.Path))
            .ToList();
        var original = Compile([.. files, Parse(Switch, "Mutant.cs"), Parse(Usings, "Usings.cs")]);
        HashSet<int> refused = [];
        while (true)
        {
            List<Mutant> mutants = [];
            var rewritten = files.ConvertAll(tree => NotMutated.Contains(tree.FilePath, StringComparer.Ordinal) || !changes(tree.FilePath)
                ? tree
                : Parse(new Rewriter(original.GetSemanticModel(tree), tree.FilePath, mutants, refused).Visit(tree.GetRoot())!.ToFullString(), tree.FilePath));
            var compilation = Compile([.. rewritten, Parse(Switch, "Mutant.cs"), Parse(Usings, "Usings.cs")]);
            using MemoryStream library = new();
            var emitted = compilation.Emit(library, manifestResources: Resources(policies));
            if (emitted.Success)
                return new([.. mutants.Where(m => !refused.Contains(m.Id))], library.ToArray());
            var before = refused.Count;
            foreach (var error in emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error))
                refused.UnionWith(MutantsAt(error));
            if (refused.Count == before)
                throw new InvalidOperationException("The rewritten library does not compile: " + string.Join('\n',
                    emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(10)));
        }
    }

    /// <summary>The mutants of the smallest expression around an error that has some: the compiler does not take them, for example because a variable
    /// would not be assigned.</summary>
    private static IEnumerable<int> MutantsAt(Diagnostic error)
    {
        var node = error.Location.SourceTree!.GetRoot().FindNode(error.Location.SourceSpan)!;
        return node.AncestorsAndSelf().Select(n => MutantCall().Matches(n.ToString())
                .Select(m => int.Parse(m.Groups["id"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)).ToList())
            .FirstOrDefault(ids => ids.Count > 0) ?? [];
    }

    private static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Latest), path);

    private static CSharpCompilation Compile(IEnumerable<SyntaxTree> trees)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is { } name && (name.StartsWith("System.", StringComparison.Ordinal)
                || name is "netstandard.dll" or "mscorlib.dll" or "YamlDotNet.dll"))
            .Select(p => MetadataReference.CreateFromFile(p));
        return CSharpCompilation.Create("Policies", trees, references,
            new(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
    }

    private static IEnumerable<ResourceDescription> Resources(string policies)
    {
        ResourceDescription Resource(string name, string file) => new(name, () => File.OpenRead(file), isPublic: true);
        var packs = Path.Combine(policies, "packs");
        foreach (var file in Directory.EnumerateFiles(packs, "*.yaml", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(packs, file).Replace('\\', '/');
            if (!path.Contains("/rows/", StringComparison.Ordinal))
                yield return Resource("packs/" + path, file);
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(policies, "Fidelity"), "*.yaml"))
            yield return Resource("scales/" + Path.GetFileName(file), file);
    }

    /// <summary>The build writes the body of a generated regular expression; without a build it is created at first use.</summary>
    private static string WithRegexBodies(string text) => GeneratedBody()
        .Replace(text, "private static Regex ${name}() => new(${pattern}, ${options}, TimeSpan.FromMilliseconds(${timeout}));");

    [GeneratedRegex(
        """\[GeneratedRegex\((?<pattern>@"[^"]*"), (?<options>[^\]]*), (?<timeout>\d+)\)\]\s+private static partial Regex (?<name>\w+)\(\);""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex GeneratedBody();

    [GeneratedRegex("""Mutant\.On\((?<id>\d+)\)""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MutantCall();
}
