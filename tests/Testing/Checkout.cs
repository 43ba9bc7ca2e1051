using System.Reflection;

namespace Ips.Testing;

/// <summary>The checkout that the tests were built in.</summary>
public static class Checkout
{
    /// <summary>Its root, where IpsPlatform.sln is.</summary>
    public static string Root { get; } = Find();

    /// <summary>The folder with the programs of all services.</summary>
    public static string Programs { get; } =
        typeof(Checkout).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Services").Value!;

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "IpsPlatform.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No IpsPlatform.sln above {AppContext.BaseDirectory}: run the tests from a checkout.");
    }
}
